"""The peers' side: what runs under the interpreter that PELLUCID_PEERS_PYTHON names."""
