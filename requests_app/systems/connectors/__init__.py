"""One file for each way of reaching a system, and one dictionary that names them."""
