"""A real Tryton server for the demo and the tests: set up apart from the product, then spoken to over HTTP alone."""
