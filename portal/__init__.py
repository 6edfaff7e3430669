"""The front of house: pages, staff screens and machines' doors; nothing imports it."""
