"""How people reach livechat: the door for strangers, the live pages for everybody inside."""
