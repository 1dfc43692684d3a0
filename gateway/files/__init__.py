"""Files that customers send along: taken in, judged without being decoded, and kept sealed until the ERP has them."""

from gateway.files.records import AcceptedFile, RefusedFile, RefusedFiles, Scan

__all__ = ["AcceptedFile", "RefusedFile", "RefusedFiles", "Scan"]
