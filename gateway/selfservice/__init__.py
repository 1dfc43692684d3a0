"""What customers do with their own account: first login, passwords, e-mail, second factor, sessions, their data."""
