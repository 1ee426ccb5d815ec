"""What is promised of files and runs, tested by damage and kills (`docs/reliability.md`)."""
