from games.alliance import AllianceGame
from games.structures import AllianceStructure, Form
