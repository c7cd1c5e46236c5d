"""The day at the desk: who is booked, who has come, and who comes without a booking."""
