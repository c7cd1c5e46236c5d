"""Rules as FHIR R4 PlanDefinition, Library and ValueSet, with conditions in FHIRPath."""
