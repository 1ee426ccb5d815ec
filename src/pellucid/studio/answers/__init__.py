"""The answers, one file for each thing that can be asked; `pellucid.studio.routes` lists them."""
