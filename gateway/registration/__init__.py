"""Asking to see a customer's data: from the form, over the proved address and the ERP's word, to a clerk's decision."""
