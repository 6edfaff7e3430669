"""Words that leave the house: composed by kind and language, queued, sent, retried; PDF by typst."""
