/** Django REST framework with Simple JWT, in a project as its pages describe it: refresh tokens that rotate. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'simplejwt';
const password = 'dj4ngo "Passw0rd" \\ü';
const env = { SIMPLEJWT_USERNAME: 'ada', SIMPLEJWT_PASSWORD: password };
const wrong = { SIMPLEJWT_PASSWORD: 'wr0ng-one' };

/** The settings of the project, and its views: those of Simple JWT, and one that needs a token. */
const project = `
SECRET_KEY = 'a key of more than thirty-two bytes'
ALLOWED_HOSTS = ['127.0.0.1']
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'rest_framework',
                  'rest_framework_simplejwt.token_blacklist']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']
ROOT_URLCONF = 'urls'
REST_FRAMEWORK = {
    'DEFAULT_AUTHENTICATION_CLASSES': ['rest_framework_simplejwt.authentication.JWTAuthentication'],
}
SIMPLE_JWT = {'ROTATE_REFRESH_TOKENS': True, 'BLACKLIST_AFTER_ROTATION': True}
`;
const urls = `
from django.urls import path
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework_simplejwt import views

@api_view(['GET'])
@permission_classes([IsAuthenticated])
def me(request):
    return Response({'name': request.user.username})

urlpatterns = [
    path('api/token/', views.TokenObtainPairView.as_view()),
    path('api/token/refresh/', views.TokenRefreshView.as_view()),
    path('api/token/verify/', views.TokenVerifyView.as_view()),
    path('api/token/blacklist/', views.TokenBlacklistView.as_view()),
    path('api/me/', me),
]
`;
const setUp = `set -e
port=$1
export DJANGO_SETTINGS_MODULE=project PYTHONPATH=$PWD DJANGO_SUPERUSER_PASSWORD=$2
django() { /usr/bin/python3 -m django "$@"; }
django migrate --verbosity 0
django createsuperuser --noinput --username ada --email ada@example.com
exec /usr/bin/python3 -m django runserver --noreload "127.0.0.1:$port"`;

const library = '/usr/lib/python3/dist-packages/rest_framework_simplejwt';
describeWith(['bash', 'curl', library], 'Simple JWT', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      ports: 1,
      ready: '/api/me/',
      command: ([port], directory) => {
        writeFileSync(join(directory, 'project.py'), project);
        writeFileSync(join(directory, 'urls.py'), urls);
        return ['bash', '-c', setUp, 'bash', String(port), password];
      },
    });
  }, 30_000);
  afterAll(() => server?.end());

  const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
  const me = () => `${server.url}/api/me/`;
  const stored = (user: Account) =>
    user.stored() as { access_token: string; refresh_token: string };

  test('a login brings a token that tells the name, by each output for calls', async () => {
    const user = await account();
    const token = await user.output('login');
    for (const how of ['curl', 'header'] as const) {
      expect(JSON.parse(await user.curl(how, me()))).toEqual({ name: 'ada' });
    }
    expect((await fetch(me())).status).toBe(401);
    expect((await user.authctl('verify')).code).toBe(0);
    const { expires_in } = JSON.parse(await user.output('token', ['-o', 'json']));
    expect(expires_in).toBeGreaterThan(290);
    expect(expires_in).toBeLessThanOrEqual(300);
    await expectStored(server, user, token);
  });

  test('a refresh brings both tokens anew, and the used one is refused', async () => {
    const user = await account();
    await user.output('login');
    const before = stored(user);
    await user.output('refresh', [], { SIMPLEJWT_PASSWORD: undefined });
    const after = stored(user);
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    const old = await user.authctl('refresh', ['--refresh-token-stdin'], {
      stdin: before.refresh_token,
    });
    expect([old.code, old.stderr]).toEqual([4, expect.stringContaining('Token is blacklisted')]);
    expect(stored(user)).toEqual(after);
  });

  test('logout ends the refresh token, and says that the access token lives on', async () => {
    const user = await account();
    const token = await user.output('login');
    const { refresh_token } = stored(user);
    const { code, stderr } = await user.authctl('logout');
    expect([code, stderr]).toEqual([0, expect.stringContaining('ends only the refresh token')]);
    const left = await user.authctl('verify', ['--token-stdin'], { stdin: token });
    expect(left.code).toBe(0);
    const old = await user.authctl('refresh', ['--refresh-token-stdin'], { stdin: refresh_token });
    expect(old.code).toBe(4);
  });

  test('a wrong password is refused in the words of the library', async () => {
    const user = await account();
    const { code, stderr } = await user.authctl('login', [], { env: wrong });
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('No active account found with the given credentials'),
    ]);
    expect(user.home.sessions()).toEqual([]);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const user = await account();
    const good = await trial(user);
    const steps = { login: 'ok', verify: 'ok', refresh: 'ok', logout: 'ok' };
    expect(good).toMatchObject({ code: 0, steps });
    const bad = await trial(user, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, JSON.stringify(password), 'wr0ng-one', 'eyJ']) {
      expect(all).not.toContain(secret);
    }
  });
});
