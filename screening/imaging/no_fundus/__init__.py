"""Drawn pictures that are no fundus photograph, to fit and to measure the gate; `kinds` lists them."""
