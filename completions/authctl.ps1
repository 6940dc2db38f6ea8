# Completions for authctl in PowerShell 5.1 and later. Generated: npm run completions
#
# It runs authctl only to list the profiles, and to list declared providers if the config directory has
# a directory "providers".

Register-ArgumentCompleter -Native -CommandName authctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The subcommands of commands.
    $commands = @(
        @{ At = @(''); Kind = 'words'; Words = [ordered]@{
            'login' = 'log in and print the token'
            'token' = 'print a valid token: the stored one, or a new one'
            'refresh' = 'exchange the refresh token for a new access token'
            'verify' = 'ask the server whether it accepts the token'
            'exec' = 'run a command with tokens in its environment'
            'status' = 'list the stored sessions'
            'logout' = 'end sessions, here and where the server can be told'
            'inspect' = 'show the header and claims of a JWT'
            'credentials' = 'store credentials in the OS keychain and the config'
            'provider' = 'declare providers of your own'
            'store' = 'share sessions with other machines'
            'profile' = 'see which profiles there are'
            'config' = 'read and change settings'
            'completion' = 'print the completion script of a shell'
            'doctor' = 'check the installation, and the way to the servers'
            'sandbox' = 'serve every provider here, with demo credentials'
            'help' = 'show the help of a command, or of a topic'
        } }
        @{ At = @('credentials'); Kind = 'words'; Words = [ordered]@{
            'set' = 'store the credentials of a provider'
            'list' = 'list the stored credentials, without the secrets'
            'delete' = 'remove the stored credentials of a provider'
        } }
        @{ At = @('provider'); Kind = 'words'; Words = [ordered]@{
            'list' = 'list the providers, and search the catalogue'
            'show' = 'print a provider as a declaration'
            'add' = 'add a provider from the catalogue or a file'
            'new' = 'make a provider in a conversation'
            'import' = 'print a draft of a provider, from a document or a curl command'
            'remove' = 'remove a provider that was added'
            'check' = 'say all that is wrong with a declaration'
            'test' = 'try a provider step by step, against a sandbox or its real server'
        } }
        @{ At = @('store'); Kind = 'words'; Words = [ordered]@{
            'status' = 'show the shared store, and what it has of the sessions here'
            'key' = 'print a key file: a new one, a rotated one, or one for readers'
            'password' = 'store the password of the shared store in the OS keychain'
        } }
        @{ At = @('profile'); Kind = 'words'; Words = [ordered]@{
            'list' = 'list the profiles'
        } }
        @{ At = @('config'); Kind = 'words'; Words = [ordered]@{
            'get' = 'print a setting'
            'set' = 'change a setting'
            'unset' = 'remove a setting'
            'list' = 'print every setting'
            'path' = 'print where the config file is'
        } }
        @{ At = @('login', 'token', 'refresh', 'verify', 'credentials set', 'credentials delete',
        'provider test'); Kind = 'providers' }
        @{ At = @('exec'); Kind = 'providers' }
    )
    # The first arguments of commands.
    $arguments = @(
        @{ At = @('status', 'logout', 'credentials list', 'provider show', 'provider remove',
        'doctor'); Kind = 'providers' }
        @{ At = @('provider add'); Kind = 'catalogue' }
        @{ At = @('completion'); Kind = 'words'; Words = [ordered]@{
            'bash' = ''
            'zsh' = ''
            'fish' = ''
            'powershell' = ''
        } }
        @{ At = @('config get', 'config set', 'config unset'); Kind = 'words'; Words = [ordered]@{
            'ropo.cid' = 'Customer number'
            'ropo.apicode' = 'API code'
            'ropo.base_url' = 'the base URL of the server'
            'ropo.environment' = 'a named environment'
            'netnut.email' = 'Email'
            'netnut.password' = 'Password'
            'netnut.base_url' = 'the base URL of the server'
            'netnut.environment' = 'a named environment'
            'verbit.api_key' = 'API key'
            'verbit.base_url' = 'the base URL of the server'
            'verbit.environment' = 'a named environment'
            'pegase3.user_name' = 'User name'
            'pegase3.password' = 'Password'
            'pegase3.base_url' = 'the base URL of the server'
            'datarhei.username' = 'User name'
            'datarhei.password' = 'Password'
            'datarhei.auth0_token' = 'Auth0 token'
            'datarhei.base_url' = 'the base URL of the server'
            'datarhei.environment' = 'a named environment'
        } }
        @{ At = @('help'); Kind = 'words'; Words = [ordered]@{
            'login' = 'log in and print the token'
            'token' = 'print a valid token: the stored one, or a new one'
            'refresh' = 'exchange the refresh token for a new access token'
            'verify' = 'ask the server whether it accepts the token'
            'exec' = 'run a command with tokens in its environment'
            'status' = 'list the stored sessions'
            'logout' = 'end sessions, here and where the server can be told'
            'inspect' = 'show the header and claims of a JWT'
            'credentials' = 'store credentials in the OS keychain and the config'
            'provider' = 'declare providers of your own'
            'store' = 'share sessions with other machines'
            'profile' = 'see which profiles there are'
            'config' = 'read and change settings'
            'completion' = 'print the completion script of a shell'
            'doctor' = 'check the installation, and the way to the servers'
            'sandbox' = 'serve every provider here, with demo credentials'
            'help' = 'show the help of a command, or of a topic'
            'environment' = 'The variables that are read, and those that are set.'
            'formats' = 'What -o of login, token and refresh prints.'
            'exit-codes' = 'What the exit code tells.'
            'security' = 'How secrets and tokens are treated.'
            'providers' = 'The providers, and what each of them needs.'
        } }
    )
    # The commands that take a program and its arguments.
    $runners = @('exec', 'exec *', 'sandbox')
    # The flags that take a value.
    $withValue = @('-p', '--profile', '--error-format', '-o', '--output', '--shell', '--out-file',
        '--var', '-e', '--environment', '--base-url', '--timeout', '--cacert', '--cert', '--key',
        '--retries', '--cid', '--apicode', '--apicode-file', '--email', '--password',
        '--password-file', '--api-key', '--api-key-file', '--user-name', '--username',
        '--auth0-token', '--auth0-token-file', '--min-ttl', '--on-renew', '--refresh-token',
        '--refresh-token-file', '--api-url', '--provider', '--name', '--reads', '--curl', '--har',
        '--postman', '--operation', '--answer', '--save-fixture', '--port')
    # The flags by command.
    $flags = @(
        @{ At = '*'; Flags = @(
            @{ Names = @('-V', '--version'); About = 'print the version' }
            @{ Names = @('-p', '--profile'); About = 'use this profile (AUTHCTL_PROFILE)'; Kind = 'profiles' }
            @{ Names = @('--no-input'); About = 'never prompt' }
            @{ Names = @('--no-keychain'); About = 'do not use the OS keychain' }
            @{ Names = @('-q', '--quiet'); About = 'no notices' }
            @{ Names = @('-v', '--verbose'); About = 'print details, such as where each value comes from' }
            @{ Names = @('--no-color'); About = 'no colours' }
            @{ Names = @('--error-format'); About = 'how errors are printed'; Kind = 'words'; Words = [ordered]@{
                'text' = ''
                'json' = ''
            } }
            @{ Names = @('-h', '--help'); About = 'show this help' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *'); Flags = @(
            @{ Names = @('-o', '--output'); About = 'token, json, env, dotenv, header, curl, github or azure'; Kind = 'words'; Words = [ordered]@{
                'token' = 'the token alone'
                'json' = 'everything, as one object'
                'env' = 'statements that set variables, for a shell to evaluate'
                'dotenv' = 'lines for a .env file'
                'header' = 'the headers that carry the token'
                'curl' = 'a config for curl --config'
                'github' = 'variables for the next steps of a GitHub Actions job'
                'azure' = 'variables for the next steps of an Azure Pipelines job'
            } }
            @{ Names = @('--export'); About = 'statements for eval, the same as -o env' }
            @{ Names = @('--shell'); About = 'for -o env: bash, zsh, sh, fish, powershell or cmd'; Kind = 'words'; Words = [ordered]@{
                'bash' = ''
                'zsh' = ''
                'sh' = ''
                'fish' = ''
                'powershell' = ''
                'cmd' = ''
            } }
            @{ Names = @('--unset'); About = 'print the statements that unset the variables' }
            @{ Names = @('--step-output'); About = 'for -o github: set outputs of the step instead' }
            @{ Names = @('--out-file'); About = 'write the result to a file that only you can read'; Kind = 'files' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *', 'exec',
        'exec *'); Flags = @(
            @{ Names = @('--var'); About = 'the name of the variable that holds the token, such as MY_TOKEN'; Kind = 'nothing' }
            @{ Names = @('--no-store'); About = 'neither use nor store a session' }
        ) }
        @{ At = @('login', 'login ropo', 'login netnut', 'login verbit', 'login datarhei',
        'token', 'token ropo', 'token netnut', 'token verbit', 'token datarhei', 'refresh',
        'refresh ropo', 'refresh netnut', 'refresh verbit', 'refresh datarhei', 'verify',
        'verify ropo', 'verify netnut', 'verify verbit', 'verify datarhei', 'exec', 'exec ropo',
        'exec netnut', 'exec verbit', 'exec datarhei', 'credentials set', 'credentials set ropo',
        'credentials set netnut', 'credentials set verbit', 'credentials set datarhei',
        'provider test', 'provider test ropo', 'provider test netnut', 'provider test verbit',
        'provider test datarhei'); Flags = @(
            @{ Names = @('-e', '--environment'); About = 'a named environment'; Kind = 'environments' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *', 'verify',
        'verify *', 'exec', 'exec *', 'credentials set', 'credentials set *', 'provider test',
        'provider test *'); Flags = @(
            @{ Names = @('--base-url'); About = 'the base URL of the server'; Kind = 'nothing' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *', 'verify',
        'verify *', 'exec', 'exec *', 'logout', 'credentials set', 'credentials set *',
        'provider new', 'provider test', 'provider test *', 'store status', 'store password',
        'config set', 'doctor'); Flags = @(
            @{ Names = @('--allow-http'); About = 'allow plain http to other machines' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *', 'verify',
        'verify *', 'exec', 'exec *', 'logout', 'provider new', 'provider test', 'provider test *',
        'doctor'); Flags = @(
            @{ Names = @('--timeout'); About = 'how long to wait for the server, retries included (default: 30s)'; Kind = 'nothing' }
            @{ Names = @('--cacert'); About = 'trust these certificate authorities too'; Kind = 'files' }
            @{ Names = @('--cert'); About = 'client certificate'; Kind = 'files' }
            @{ Names = @('--key'); About = 'private key of the client certificate'; Kind = 'files' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *', 'verify',
        'verify *', 'exec', 'exec *', 'logout', 'provider new', 'provider test', 'provider test *'); Flags = @(
            @{ Names = @('--retries'); About = 'how many times to retry (default: 2)'; Kind = 'nothing' }
        ) }
        @{ At = @('login', 'login *', 'token', 'token *', 'refresh', 'refresh *', 'verify',
        'verify *', 'exec', 'exec *'); Flags = @(
            @{ Names = @('--dry-run'); About = 'print the request without its secrets, and send nothing' }
        ) }
        @{ At = @('login ropo', 'token ropo', 'exec ropo', 'credentials set ropo',
        'provider test ropo'); Flags = @(
            @{ Names = @('--cid'); About = 'Customer number (ROPO_CID)'; Kind = 'nothing' }
            @{ Names = @('--apicode'); About = 'API code (ROPO_APICODE)'; Kind = 'nothing' }
            @{ Names = @('--apicode-stdin'); About = 'the same, from stdin' }
            @{ Names = @('--apicode-file'); About = 'the same, from a file'; Kind = 'files' }
        ) }
        @{ At = @('login netnut', 'token netnut', 'exec netnut', 'credentials set netnut',
        'provider test netnut'); Flags = @(
            @{ Names = @('--email'); About = 'Email (NETNUT_EMAIL)'; Kind = 'nothing' }
            @{ Names = @('--password'); About = 'Password (NETNUT_PASSWORD)'; Kind = 'nothing' }
        ) }
        @{ At = @('login netnut', 'login pegase3', 'login datarhei', 'token netnut',
        'token pegase3', 'token datarhei', 'exec netnut', 'exec pegase3', 'exec datarhei',
        'credentials set netnut', 'credentials set pegase3', 'credentials set datarhei',
        'provider test netnut', 'provider test pegase3', 'provider test datarhei'); Flags = @(
            @{ Names = @('--password-stdin'); About = 'the same, from stdin' }
            @{ Names = @('--password-file'); About = 'the same, from a file'; Kind = 'files' }
        ) }
        @{ At = @('login verbit', 'token verbit', 'exec verbit', 'credentials set verbit',
        'provider test verbit'); Flags = @(
            @{ Names = @('--api-key'); About = 'API key, from the account page; the sandbox environment needs a key of its own (VERBIT_API_KEY)'; Kind = 'nothing' }
            @{ Names = @('--api-key-stdin'); About = 'the same, from stdin' }
            @{ Names = @('--api-key-file'); About = 'the same, from a file'; Kind = 'files' }
        ) }
        @{ At = @('login pegase3', 'token pegase3', 'exec pegase3', 'credentials set pegase3',
        'provider test pegase3'); Flags = @(
            @{ Names = @('--user-name'); About = 'User name (PEGASE3_USER_NAME)'; Kind = 'nothing' }
            @{ Names = @('--password'); About = 'Password (PEGASE3_PASSWORD)'; Kind = 'nothing' }
        ) }
        @{ At = @('login datarhei', 'token datarhei', 'exec datarhei', 'credentials set datarhei',
        'provider test datarhei'); Flags = @(
            @{ Names = @('--username'); About = 'User name (DATARHEI_USERNAME)'; Kind = 'nothing' }
            @{ Names = @('--password'); About = 'Password (DATARHEI_PASSWORD)'; Kind = 'nothing' }
            @{ Names = @('--auth0-token'); About = 'Auth0 token, in place of user name and password (DATARHEI_AUTH0_TOKEN)'; Kind = 'nothing' }
            @{ Names = @('--auth0-token-stdin'); About = 'the same, from stdin' }
            @{ Names = @('--auth0-token-file'); About = 'the same, from a file'; Kind = 'files' }
        ) }
        @{ At = @('token', 'token *', 'exec', 'exec *'); Flags = @(
            @{ Names = @('--min-ttl'); About = 'renew a token that expires within this time'; Kind = 'nothing' }
        ) }
        @{ At = @('token', 'token *'); Flags = @(
            @{ Names = @('--rejected'); About = 'the stored token met a 401: get another one' }
            @{ Names = @('--watch'); About = 'keep running, and replace the token in --out-file before it expires' }
            @{ Names = @('--on-renew'); About = 'with --watch: run this in a shell each time the file is written'; Kind = 'files' }
        ) }
        @{ At = @('refresh', 'refresh *'); Flags = @(
            @{ Names = @('--refresh-token'); About = 'the refresh token, instead of the stored one'; Kind = 'nothing' }
            @{ Names = @('--refresh-token-stdin'); About = 'the same, from stdin' }
            @{ Names = @('--refresh-token-file'); About = 'the same, from a file'; Kind = 'files' }
        ) }
        @{ At = @('verify', 'verify *'); Flags = @(
            @{ Names = @('--api-url'); About = 'where the API is, if that is not the base URL'; Kind = 'nothing' }
            @{ Names = @('--token-stdin'); About = 'the token, from stdin' }
        ) }
        @{ At = @('verify', 'verify *', 'status', 'inspect', 'credentials list', 'provider list',
        'provider import', 'store status', 'profile list', 'config list', 'doctor'); Flags = @(
            @{ Names = @('-o', '--output'); About = 'text or json'; Kind = 'words'; Words = [ordered]@{
                'text' = ''
                'json' = ''
            } }
        ) }
        @{ At = @('logout'); Flags = @(
            @{ Names = @('--all'); About = 'remove sessions in every profile; without a provider, of all providers' }
            @{ Names = @('--credentials'); About = 'remove the secrets in the keychain too' }
            @{ Names = @('--local'); About = 'only here: tell no server' }
        ) }
        @{ At = @('inspect'); Flags = @(
            @{ Names = @('--provider'); About = 'the stored token of this provider'; Kind = 'providers' }
        ) }
        @{ At = @('provider list'); Flags = @(
            @{ Names = @('-a', '--all'); About = 'with those of the catalogue' }
        ) }
        @{ At = @('provider add'); Flags = @(
            @{ Names = @('--name'); About = 'give it another name than the file''s'; Kind = 'nothing' }
            @{ Names = @('--replace'); About = 'replace the provider of this name' }
            @{ Names = @('-y', '--yes'); About = 'add it without a question' }
            @{ Names = @('--reads'); About = 'with --yes: let it read this variable, which is set now'; Kind = 'nothing' }
        ) }
        @{ At = @('provider import'); Flags = @(
            @{ Names = @('--curl'); About = 'from a curl command, or - for stdin, which no history keeps'; Kind = 'files' }
            @{ Names = @('--har'); About = 'from a browser''s recording, or - for stdin'; Kind = 'files' }
            @{ Names = @('--postman'); About = 'from a Postman collection, or - for stdin'; Kind = 'files' }
            @{ Names = @('--operation'); About = 'the request that is the login, such as POST:/login'; Kind = 'nothing' }
            @{ Names = @('--answer'); About = 'an answer to the login, which says where the token is, or - for stdin'; Kind = 'files' }
            @{ Names = @('--name'); About = 'the name of the provider'; Kind = 'nothing' }
            @{ Names = @('--all'); About = 'list what was found instead, with reasons' }
        ) }
        @{ At = @('provider remove'); Flags = @(
            @{ Names = @('--purge'); About = 'remove its sessions and keychain entries too' }
        ) }
        @{ At = @('provider test', 'provider test *'); Flags = @(
            @{ Names = @('--real'); About = 'ask the real server, with your credentials' }
            @{ Names = @('--save-fixture'); About = 'write what was sent and answered, without secrets'; Kind = 'files' }
        ) }
        @{ At = @('config set'); Flags = @(
            @{ Names = @('--command'); About = 'take the value from a command: a shell command line, or a program and arguments after --' }
        ) }
        @{ At = @('sandbox'); Flags = @(
            @{ Names = @('--port'); About = 'listen on this port instead of any free one'; Kind = 'nothing' }
        ) }
    )
    $providers = [ordered]@{
        'ropo' = 'Ropo One'
        'netnut' = 'NetNut Customers API'
        'verbit' = 'Verbit Transcribe API'
        'pegase3' = 'Pégase 3'
        'datarhei' = 'datarhei Core'
    }
    $catalogue = [ordered]@{
        'airflow' = 'Apache Airflow'
        'amadeus' = 'Amadeus Self-Service APIs'
        'arangodb' = 'ArangoDB'
        'argo-cd' = 'Argo CD'
        'auth0' = 'Auth0'
        'bluesky' = 'Bluesky'
        'check-point' = 'Check Point Management'
        'cisco-catalyst-center' = 'Cisco Catalyst Center'
        'cisco-fmc' = 'Cisco Secure Firewall Management Center'
        'cognito' = 'Amazon Cognito user pools'
        'consul' = 'HashiCorp Consul'
        'couchdb' = 'CouchDB'
        'crowdsec' = 'CrowdSec'
        'deluge' = 'Deluge'
        'directus' = 'Directus'
        'docker-hub' = 'Docker Hub'
        'elasticsearch' = 'Elasticsearch'
        'entra' = 'Microsoft Entra ID'
        'etcd' = 'etcd'
        'f5-bigip' = 'F5 BIG-IP'
        'fastapi' = 'FastAPI with the OAuth2 password form'
        'firebase' = 'Firebase Authentication'
        'ghost' = 'Ghost Admin API'
        'gitea' = 'Gitea'
        'github-app' = 'GitHub, for an app'
        'gitlab' = 'GitLab'
        'google-service-account' = 'Google Cloud, for a service account'
        'grafana' = 'Grafana'
        'guacamole' = 'Apache Guacamole'
        'harbor' = 'Harbor'
        'home-assistant' = 'Home Assistant'
        'homebridge' = 'Homebridge UI'
        'influxdb' = 'InfluxDB 2'
        'influxdb1' = 'InfluxDB 1'
        'jamf-pro' = 'Jamf Pro (user account)'
        'jamf-pro-client' = 'Jamf Pro (API client)'
        'keycloak' = 'Keycloak'
        'keycloak-client' = 'Keycloak, for a client'
        'keystone' = 'OpenStack Keystone'
        'keystone-totp' = 'OpenStack Keystone'
        'magento' = 'Magento and Adobe Commerce, as an admin'
        'matrix' = 'Matrix'
        'mattermost' = 'Mattermost'
        'metabase' = 'Metabase'
        'netbox' = 'NetBox'
        'nexus' = 'Sonatype Nexus Repository 3'
        'nginx-proxy-manager' = 'Nginx Proxy Manager'
        'node-red' = 'Node-RED'
        'nomad' = 'HashiCorp Nomad'
        'odoo' = 'Odoo, with the session of the web client'
        'oidc-client' = 'OpenID Connect client'
        'oidc-private-key' = 'OpenID Connect client with a private key'
        'okta' = 'Okta'
        'paypal' = 'PayPal'
        'pihole' = 'Pi-hole'
        'pocketbase' = 'PocketBase'
        'portainer' = 'Portainer'
        'proxmox' = 'Proxmox VE'
        'qbittorrent' = 'qBittorrent'
        'rancher' = 'Rancher'
        'redfish' = 'Redfish'
        'rocketchat' = 'Rocket.Chat'
        'salesforce' = 'Salesforce'
        'sanctum' = 'Laravel Sanctum'
        'sap-b1' = 'SAP Business One Service Layer'
        'servicenow' = 'ServiceNow'
        'shopware' = 'Shopware 6, Admin API'
        'simplejwt' = 'Django REST framework with Simple JWT'
        'snowflake' = 'Snowflake'
        'spotify' = 'Spotify, as an app'
        'strapi' = 'Strapi'
        'supabase' = 'Supabase Auth'
        'superset' = 'Apache Superset'
        'synology' = 'Synology DSM'
        'tableau' = 'Tableau'
        'thingsboard' = 'ThingsBoard'
        'transmission' = 'Transmission'
        'unifi' = 'UniFi OS'
        'ups' = 'UPS'
        'vault-approle' = 'HashiCorp Vault (AppRole)'
        'vault-userpass' = 'HashiCorp Vault (userpass)'
        'vcenter' = 'VMware vCenter'
        'verdaccio' = 'Verdaccio'
        'wazuh' = 'Wazuh'
        'wordpress-jwt' = 'WordPress with JWT Authentication for WP REST API'
        'zabbix' = 'Zabbix'
        'zoom' = 'Zoom, with a server-to-server app'
    }
    $environments = @{
        'ropo' = [ordered]@{
            'fi' = 'https://ropo24.fi/rest'
            'se' = 'https://ropo24.se/rest'
            'no' = 'https://ropo24.no/rest'
            'fi-test' = 'https://rc.ropo24.fi/rest'
            'se-test' = 'https://rc.ropo24.se/rest'
            'no-test' = 'https://rc.ropo24.no/rest'
        }
        'netnut' = [ordered]@{
            'production' = 'https://customers-api.netnut.io/v1'
        }
        'verbit' = [ordered]@{
            'production' = 'https://platform.verbit.co/api/v1'
            'sandbox' = 'https://sandbox-api.verbit.co/api/v1'
        }
        'datarhei' = [ordered]@{
            'local' = 'http://127.0.0.1:8080'
        }
    }

    function Test-Place($place, $patterns) {
        foreach ($pattern in $patterns) { if ($place -clike $pattern) { return $true } }
        return $false
    }

    function Get-Place($place, $table) {
        foreach ($row in $table) { if (Test-Place $place $row.At) { return $row } }
    }

    function Get-Flags($place) {
        foreach ($group in $flags) { if (Test-Place $place $group.At) { $group.Flags } }
    }

    function Get-ConfigDirectory {
        if ($env:AUTHCTL_CONFIG_DIR) { return $env:AUTHCTL_CONFIG_DIR }
        if ($env:OS -eq 'Windows_NT') { return "$env:APPDATA/authctl" }
        if ("$env:XDG_CONFIG_HOME".StartsWith('/')) { return "$env:XDG_CONFIG_HOME/authctl" }
        return "$HOME/.config/authctl"
    }

    # Adds names that authctl prints, each with a summary after a tab, if they are valid.
    function Add-Asked($what, $found) {
        try { $lines = @(& authctl __complete $what 2>$null) } catch { return }
        foreach ($line in $lines) {
            $name, $about = $line -split "`t", 2
            if ($name -cmatch '^[A-Za-z0-9._-]+\z' -and -not $found.Contains($name)) {
                $found[$name] = "$about"
            }
        }
    }

    function Get-Providers {
        $found = $providers
        if (Test-Path -LiteralPath "$(Get-ConfigDirectory)/providers" -PathType Container) {
            Add-Asked 'providers' $found
        }
        return $found
    }

    function Get-Profiles {
        $found = [System.Collections.Specialized.OrderedDictionary]::new()
        $found['default'] = ''
        Add-Asked 'profiles' $found
        return $found
    }

    # Parse the words before the cursor.
    $words = @($commandAst.CommandElements |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object { $_.Extent.Text })
    $at = ''
    $flag = ''
    $ended = $false
    $given = $false
    for ($i = 1; $i -lt $words.Count; $i++) {
        $word = $words[$i]
        if ($flag) { $flag = '' }
        elseif (-not $ended -and $word -ceq '--') { $ended = $true }
        elseif (-not $ended -and $word -clike '-?*') {
            if ($withValue -ccontains $word) { $flag = $word }
        }
        elseif (-not $given -and (Get-Place $at $commands)) {
            if ($word.Contains(',')) { $given = $true } else { $at = "$at $word".Trim() }
        }
        elseif (Test-Place $at $runners) {
            # An argument of a program, for which PowerShell completes file names.
            return
        }
        else { $given = $true }
    }

    # Choose the completions for the word at the cursor.
    $typed = $wordToComplete
    $lead = ''
    $place = $null
    $listed = $false
    if ($flag) {
        $place = @{ Kind = 'nothing' }
    }
    elseif (-not $ended -and $typed -clike '--*=*') {
        $flag, $typed = $typed -split '=', 2
        $lead = "$flag="
        $place = @{ Kind = 'nothing' }
    }
    elseif (-not $ended -and $typed -clike '-*') { $listed = $true }
    elseif (-not $given -and (Get-Place $at $commands)) { $place = Get-Place $at $commands }
    elseif (Test-Place $at $runners) {
        return [System.Management.Automation.CompletionCompleters]::CompleteCommand($typed)
    }
    elseif (-not $given -and (Get-Place $at $arguments)) { $place = Get-Place $at $arguments }
    elseif (-not $ended) { $listed = $true }
    if ($flag) {
        foreach ($each in Get-Flags $at) {
            if ($each.Contains('Kind') -and $each.Names -ccontains $flag) { $place = $each }
        }
    }

    # Not [ordered]@{}, whose keys are case-insensitive (-v and -V).
    $found = [System.Collections.Specialized.OrderedDictionary]::new()
    if ($listed) {
        foreach ($each in Get-Flags $at) {
            foreach ($name in $each.Names) { $found[$name] = $each.About }
        }
    }
    elseif ($place) {
        switch ($place.Kind) {
            'words' { $found = $place.Words }
            'providers' { $found = Get-Providers }
            'profiles' { $found = Get-Profiles }
            'catalogue' { $found = $catalogue }
            'environments' {
                $provider = $at.Split(' ')[-1]
                if ($environments.Contains($provider)) { $found = $environments[$provider] }
            }
            'files' { return }
        }
    }
    $results = @(foreach ($entry in $found.GetEnumerator()) {
            if (-not $entry.Key.StartsWith($typed, [StringComparison]::Ordinal)) { continue }
            $about = if ($entry.Value) { $entry.Value } else { $entry.Key }
            [System.Management.Automation.CompletionResult]::new(
                "$lead$($entry.Key)", $entry.Key, 'ParameterValue', $about)
        })
    # What is no name in the catalogue is a file.
    if ($results.Count -eq 0 -and $place -and $place.Kind -ceq 'catalogue') { return }
    # An empty string keeps PowerShell from completing file names.
    if ($results.Count -eq 0) { return '' }
    return $results
}
