"""The applications of FastAPI's tutorial on security: the one with JWTs, and below /simple the one without.

Takes the port, and the password of its users.
"""

import sys
from datetime import datetime, timedelta, timezone

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm

port, password = sys.argv[1:]
key = "fastapi-s3cret-key-fastapi-s3cret-key"
challenge = {"WWW-Authenticate": "Bearer"}


def name_in(token):
    try:
        return jwt.decode(token, key, algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError:
        return None


def application(issue, name_of, wrong_password):
    app = FastAPI()

    @app.post("/token")
    async def login(form: OAuth2PasswordRequestForm = Depends()):
        if form.username not in ("ada", "left") or form.password != password:
            raise HTTPException(wrong_password, "Incorrect username or password", challenge)
        return {"access_token": issue(form), "token_type": "bearer"}

    @app.get("/users/me/")
    async def me(token: str = Depends(OAuth2PasswordBearer(tokenUrl="token"))):
        name = name_of(token)
        if name is None:
            raise HTTPException(401, "Could not validate credentials", challenge)
        if name == "left":
            raise HTTPException(400, "Inactive user")
        return {"username": name}

    return app


def signed(form):
    end = datetime.now(timezone.utc) + timedelta(minutes=30)
    return jwt.encode({"sub": form.username, "scopes": form.scopes, "exp": end}, key, "HS256")


app = application(signed, name_in, 401)
# There a token is the user's name.
names = application(lambda form: form.username, lambda token: {"ada": "ada"}.get(token), 400)
app.mount("/simple", names)

uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
