"""Accounts of alliance form as models: what they predict, how they score, what data say."""
