"""FHIR R4 in and out: documents to records, records to resources."""
