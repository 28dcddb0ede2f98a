"""The documents of the services Monogram stands in for, as data, and what is made from them."""
