"""Connectors of the registers: today recorded counterparts alone, for none of the registers publishes its contract.

It imports the contract from `gis_platform.residents.registers`.
"""
