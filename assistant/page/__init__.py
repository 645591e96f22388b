"""The page: shows a session in a browser, in time with the voice, and takes by touch what is otherwise spoken."""
