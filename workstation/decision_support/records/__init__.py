"""From records to the facts that rules see: pure functions, for workstation and server alike."""
