"""The record server: one store on two databases, sync routes, and the patient's page."""
