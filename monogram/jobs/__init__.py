"""Work that outlives a request: load, call, store. Nothing is decided here.

A job takes ids and may run twice with one effect.
"""
