"""Payments: chosen invoices on their way to a payment operator and back, until the ERP has booked the money."""
