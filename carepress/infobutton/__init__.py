"""Answers for electronic records that ask for patient education (HL7 Infobutton)."""

from carepress.infobutton.answer import Answer, answer
from carepress.infobutton.topics import Topic, topics

__all__ = ["Answer", "Topic", "answer", "topics"]
