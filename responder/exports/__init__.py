"""A case on its way out of the desk: what goes, in which standard, sealed for whom, and the server's word before."""
