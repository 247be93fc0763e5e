"""What the dashboard serves over HTTP beside Streamlit.

``cookies``   names and attributes of the cookies
``guard``     nobody reaches a page, a socket or a file without a session
``headers``   security headers on every answer
``signin``    sign-in, sign-out and the change of password
``pages``     the HTML of those pages
``shell``     Streamlit's own page, in Spanish
``deciding``  the Directora's decision from a link in an e-mail
``pictures``  thumbnails and videos, for who may see them
``health``    is it up, and can it work
"""
