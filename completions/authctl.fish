# Completions for authctl in fish. Generated: npm run completions
#
# It runs authctl only to list the profiles, and to list declared providers if the config directory has
# a directory "providers".

# Whether flag $argv[1] takes a value.
function __authctl_takes_value
    contains -- $argv[1] -p --profile --error-format -o --output --shell --out-file --var -e \
        --environment --base-url --timeout --cacert --cert --key --retries --cid --apicode \
        --apicode-file --email --password --password-file --api-key --api-key-file --user-name \
        --username --auth0-token --auth0-token-file --min-ttl --on-renew --refresh-token \
        --refresh-token-file --api-url --provider --name --reads --curl --har --postman \
        --operation --answer --save-fixture --port
end

# Whether command $argv[1] has subcommands.
function __authctl_is_group
    contains -- $argv[1] '' credentials provider store profile config login token refresh verify \
        'credentials set' 'credentials delete' 'provider test' exec
end

# Whether command $argv[1] takes a list of providers with commas.
function __authctl_takes_list
    contains -- $argv[1] exec
end

# Whether command $argv[1] takes a program and its arguments.
function __authctl_runs
    __authctl_matches $argv[1] exec 'exec *' sandbox
end

function __authctl_providers
    begin
        printf '%s\t%s\n' \
            ropo 'Ropo One' \
            netnut 'NetNut Customers API' \
            verbit 'Verbit Transcribe API' \
            pegase3 'Pégase 3' \
            datarhei 'datarhei Core'
        test -d (__authctl_config)/providers; and __authctl_ask providers
    end | string match -r '^[A-Za-z0-9._-]+(?:\t.*)?$'
end

# Prints the names in the catalogue.
function __authctl_catalogue
    printf '%s\t%s\n' \
        airflow 'Apache Airflow' \
        amadeus 'Amadeus Self-Service APIs' \
        arangodb ArangoDB \
        argo-cd 'Argo CD' \
        auth0 Auth0 \
        bluesky Bluesky \
        check-point 'Check Point Management' \
        cisco-catalyst-center 'Cisco Catalyst Center' \
        cisco-fmc 'Cisco Secure Firewall Management Center' \
        cognito 'Amazon Cognito user pools' \
        consul 'HashiCorp Consul' \
        couchdb CouchDB \
        crowdsec CrowdSec \
        deluge Deluge \
        directus Directus \
        docker-hub 'Docker Hub' \
        elasticsearch Elasticsearch \
        entra 'Microsoft Entra ID' \
        etcd etcd \
        f5-bigip 'F5 BIG-IP' \
        fastapi 'FastAPI with the OAuth2 password form' \
        firebase 'Firebase Authentication' \
        ghost 'Ghost Admin API' \
        gitea Gitea \
        github-app 'GitHub, for an app' \
        gitlab GitLab \
        google-service-account 'Google Cloud, for a service account' \
        grafana Grafana \
        guacamole 'Apache Guacamole' \
        harbor Harbor \
        home-assistant 'Home Assistant' \
        homebridge 'Homebridge UI' \
        influxdb 'InfluxDB 2' \
        influxdb1 'InfluxDB 1' \
        jamf-pro 'Jamf Pro (user account)' \
        jamf-pro-client 'Jamf Pro (API client)' \
        keycloak Keycloak \
        keycloak-client 'Keycloak, for a client' \
        keystone 'OpenStack Keystone' \
        keystone-totp 'OpenStack Keystone' \
        magento 'Magento and Adobe Commerce, as an admin' \
        matrix Matrix \
        mattermost Mattermost \
        metabase Metabase \
        netbox NetBox \
        nexus 'Sonatype Nexus Repository 3' \
        nginx-proxy-manager 'Nginx Proxy Manager' \
        node-red Node-RED \
        nomad 'HashiCorp Nomad' \
        odoo 'Odoo, with the session of the web client' \
        oidc-client 'OpenID Connect client' \
        oidc-private-key 'OpenID Connect client with a private key' \
        okta Okta \
        paypal PayPal \
        pihole Pi-hole \
        pocketbase PocketBase \
        portainer Portainer \
        proxmox 'Proxmox VE' \
        qbittorrent qBittorrent \
        rancher Rancher \
        redfish Redfish \
        rocketchat Rocket.Chat \
        salesforce Salesforce \
        sanctum 'Laravel Sanctum' \
        sap-b1 'SAP Business One Service Layer' \
        servicenow ServiceNow \
        shopware 'Shopware 6, Admin API' \
        simplejwt 'Django REST framework with Simple JWT' \
        snowflake Snowflake \
        spotify 'Spotify, as an app' \
        strapi Strapi \
        supabase 'Supabase Auth' \
        superset 'Apache Superset' \
        synology 'Synology DSM' \
        tableau Tableau \
        thingsboard ThingsBoard \
        transmission Transmission \
        unifi 'UniFi OS' \
        ups UPS \
        vault-approle 'HashiCorp Vault (AppRole)' \
        vault-userpass 'HashiCorp Vault (userpass)' \
        vcenter 'VMware vCenter' \
        verdaccio Verdaccio \
        wazuh Wazuh \
        wordpress-jwt 'WordPress with JWT Authentication for WP REST API' \
        zabbix Zabbix \
        zoom 'Zoom, with a server-to-server app'
end

# Prints the environments of the command's provider.
function __authctl_environments
    __authctl_look
    switch (string split ' ' -- $__authctl_command)[-1]
        case ropo
            printf '%s\t%s\n' \
                fi 'https://ropo24.fi/rest' \
                se 'https://ropo24.se/rest' \
                no 'https://ropo24.no/rest' \
                fi-test 'https://rc.ropo24.fi/rest' \
                se-test 'https://rc.ropo24.se/rest' \
                no-test 'https://rc.ropo24.no/rest'
        case netnut
            printf '%s\t%s\n' \
                production 'https://customers-api.netnut.io/v1'
        case verbit
            printf '%s\t%s\n' \
                production 'https://platform.verbit.co/api/v1' \
                sandbox 'https://sandbox-api.verbit.co/api/v1'
        case datarhei
            printf '%s\t%s\n' \
                local 'http://127.0.0.1:8080'
    end
end

# Prints the profiles.
function __authctl_profiles
    begin
        echo default
        __authctl_ask profiles
    end | string match -r '^[A-Za-z0-9._-]+(?:\t.*)?$'
end

# Prints the config directory.
function __authctl_config
    set -l config $AUTHCTL_CONFIG_DIR
    test -z "$config"; and string match -q '/*' -- $XDG_CONFIG_HOME
    and set config $XDG_CONFIG_HOME/authctl
    test -z "$config"; and set config $HOME/.config/authctl
    echo $config
end

# Prints names that authctl lists, each with a summary after a tab.
function __authctl_ask
    command -sq authctl; and command authctl __complete $argv[1] 2>/dev/null </dev/null
end

# Prints the providers for the next place in a list with commas.
function __authctl_provider_list
    set -l before (string match -r '.*,' -- (commandline -ct))
    __authctl_providers | string replace -r '^' "$before"
end

# Whether $argv[1] matches one of the other arguments, in which "*" is a wildcard.
function __authctl_matches
    for pattern in $argv[2..-1]
        string match -q -- $pattern $argv[1]; and return
    end
    return 1
end

# Parses the words before the cursor. Sets __authctl_command to the command, __authctl_given if it has
# its first argument, and __authctl_program to the index of the program that it runs, or to 0. The
# result is cached, because each condition below needs it.
function __authctl_look
    set -l words (commandline -opc)
    set -l line (string escape -- $words)
    test "$line" = "$__authctl_line"; and return
    set -g __authctl_line $line
    set -g __authctl_command ''
    set -g __authctl_given ''
    set -g __authctl_program 0
    set -l flag ''
    set -l ended ''
    set -l index 1
    for word in $words[2..-1]
        set index (math $index + 1)
        if test -n "$flag"
            set flag ''
        else if test -z "$ended"; and test "$word" = --
            set ended yes
        else if test -z "$ended"; and string match -q -- '-?*' $word
            __authctl_takes_value $word; and set flag $word
        else if test -z "$__authctl_given"; and __authctl_is_group "$__authctl_command"
            if __authctl_takes_list "$__authctl_command"; and string match -q -- '*,*' $word
                set __authctl_given yes
            else
                set __authctl_command (string trim -- "$__authctl_command $word")
            end
        else if __authctl_runs "$__authctl_command"
            set __authctl_program $index
            return
        else
            set __authctl_given yes
        end
    end
end

# Whether the flags of the given commands are possible here; without arguments, those of all commands.
function __authctl_at
    __authctl_look
    test $__authctl_program = 0; or return
    set -q argv[1]; or return 0
    __authctl_matches "$__authctl_command" $argv
end

# Whether the next word is a subcommand or the first argument of one of the given commands.
function __authctl_next
    __authctl_look
    test $__authctl_program = 0; and test -z "$__authctl_given"
    and contains -- "$__authctl_command" $argv
end

# Whether a program or its arguments are possible here.
function __authctl_may_run
    __authctl_look
    test $__authctl_program = 0; or return 0
    string match -q -- '-*' (commandline -ct); and return 1
    __authctl_runs "$__authctl_command"; or return
    test -n "$__authctl_given"; or not __authctl_is_group "$__authctl_command"
end

# Prints the completions of the program that the command runs.
function __authctl_command_line
    set -l words (commandline -opc)
    __authctl_look
    set -l index $__authctl_program
    test $index = 0; and set index (math (count $words) + 1)
    set -l line (string escape -- $words[$index..-1]) (commandline -ct)
    complete --do-complete=(string join ' ' -- $line)
end

complete -c authctl -f
complete -c authctl -n __authctl_may_run -a '(__authctl_command_line)'

set -l at "__authctl_next ''"
complete -c authctl -n $at -a login -d 'log in and print the token'
complete -c authctl -n $at -a token -d 'print a valid token: the stored one, or a new one'
complete -c authctl -n $at -a refresh -d 'exchange the refresh token for a new access token'
complete -c authctl -n $at -a verify -d 'ask the server whether it accepts the token'
complete -c authctl -n $at -a exec -d 'run a command with tokens in its environment'
complete -c authctl -n $at -a status -d 'list the stored sessions'
complete -c authctl -n $at -a logout -d 'end sessions, here and where the server can be told'
complete -c authctl -n $at -a inspect -d 'show the header and claims of a JWT'
complete -c authctl -n $at -a credentials -d 'store credentials in the OS keychain and the config'
complete -c authctl -n $at -a provider -d 'declare providers of your own'
complete -c authctl -n $at -a store -d 'share sessions with other machines'
complete -c authctl -n $at -a profile -d 'see which profiles there are'
complete -c authctl -n $at -a config -d 'read and change settings'
complete -c authctl -n $at -a completion -d 'print the completion script of a shell'
complete -c authctl -n $at -a doctor -d 'check the installation, and the way to the servers'
complete -c authctl -n $at -a sandbox -d 'serve every provider here, with demo credentials'
complete -c authctl -n $at -a help -d 'show the help of a command, or of a topic'
set -l at "__authctl_next credentials"
complete -c authctl -n $at -a set -d 'store the credentials of a provider'
complete -c authctl -n $at -a list -d 'list the stored credentials, without the secrets'
complete -c authctl -n $at -a delete -d 'remove the stored credentials of a provider'
set -l at "__authctl_next provider"
complete -c authctl -n $at -a list -d 'list the providers, and search the catalogue'
complete -c authctl -n $at -a show -d 'print a provider as a declaration'
complete -c authctl -n $at -a add -d 'add a provider from the catalogue or a file'
complete -c authctl -n $at -a new -d 'make a provider in a conversation'
complete -c authctl -n $at -a import -d 'print a draft of a provider, from a document or a curl command'
complete -c authctl -n $at -a remove -d 'remove a provider that was added'
complete -c authctl -n $at -a check -d 'say all that is wrong with a declaration'
complete -c authctl -n $at -a test -d 'try a provider step by step, against a sandbox or its real server'
set -l at "__authctl_next store"
complete -c authctl -n $at -a status -d 'show the shared store, and what it has of the sessions here'
complete -c authctl -n $at -a key -d 'print a key file: a new one, a rotated one, or one for readers'
complete -c authctl -n $at -a password -d 'store the password of the shared store in the OS keychain'
set -l at "__authctl_next profile"
complete -c authctl -n $at -a list -d 'list the profiles'
set -l at "__authctl_next config"
complete -c authctl -n $at -a get -d 'print a setting'
complete -c authctl -n $at -a set -d 'change a setting'
complete -c authctl -n $at -a unset -d 'remove a setting'
complete -c authctl -n $at -a list -d 'print every setting'
complete -c authctl -n $at -a path -d 'print where the config file is'
complete -c authctl -n "__authctl_next login token refresh verify 'credentials set' 'credentials delete' 'provider test'" -a '(__authctl_providers)'
complete -c authctl -n "__authctl_next exec" -a '(__authctl_provider_list)'

complete -c authctl -n "__authctl_next status logout 'credentials list' 'provider show' 'provider remove' doctor" -a '(__authctl_providers)'
complete -c authctl -n "__authctl_next 'provider add'" -F -a '(__authctl_catalogue)'
set -l at "__authctl_next completion"
complete -c authctl -n $at -a bash -d ''
complete -c authctl -n $at -a zsh -d ''
complete -c authctl -n $at -a fish -d ''
complete -c authctl -n $at -a powershell -d ''
set -l at "__authctl_next 'config get' 'config set' 'config unset'"
complete -c authctl -n $at -a ropo.cid -d 'Customer number'
complete -c authctl -n $at -a ropo.apicode -d 'API code'
complete -c authctl -n $at -a ropo.base_url -d 'the base URL of the server'
complete -c authctl -n $at -a ropo.environment -d 'a named environment'
complete -c authctl -n $at -a netnut.email -d Email
complete -c authctl -n $at -a netnut.password -d Password
complete -c authctl -n $at -a netnut.base_url -d 'the base URL of the server'
complete -c authctl -n $at -a netnut.environment -d 'a named environment'
complete -c authctl -n $at -a verbit.api_key -d 'API key'
complete -c authctl -n $at -a verbit.base_url -d 'the base URL of the server'
complete -c authctl -n $at -a verbit.environment -d 'a named environment'
complete -c authctl -n $at -a pegase3.user_name -d 'User name'
complete -c authctl -n $at -a pegase3.password -d Password
complete -c authctl -n $at -a pegase3.base_url -d 'the base URL of the server'
complete -c authctl -n $at -a datarhei.username -d 'User name'
complete -c authctl -n $at -a datarhei.password -d Password
complete -c authctl -n $at -a datarhei.auth0_token -d 'Auth0 token'
complete -c authctl -n $at -a datarhei.base_url -d 'the base URL of the server'
complete -c authctl -n $at -a datarhei.environment -d 'a named environment'
set -l at "__authctl_next help"
complete -c authctl -n $at -a login -d 'log in and print the token'
complete -c authctl -n $at -a token -d 'print a valid token: the stored one, or a new one'
complete -c authctl -n $at -a refresh -d 'exchange the refresh token for a new access token'
complete -c authctl -n $at -a verify -d 'ask the server whether it accepts the token'
complete -c authctl -n $at -a exec -d 'run a command with tokens in its environment'
complete -c authctl -n $at -a status -d 'list the stored sessions'
complete -c authctl -n $at -a logout -d 'end sessions, here and where the server can be told'
complete -c authctl -n $at -a inspect -d 'show the header and claims of a JWT'
complete -c authctl -n $at -a credentials -d 'store credentials in the OS keychain and the config'
complete -c authctl -n $at -a provider -d 'declare providers of your own'
complete -c authctl -n $at -a store -d 'share sessions with other machines'
complete -c authctl -n $at -a profile -d 'see which profiles there are'
complete -c authctl -n $at -a config -d 'read and change settings'
complete -c authctl -n $at -a completion -d 'print the completion script of a shell'
complete -c authctl -n $at -a doctor -d 'check the installation, and the way to the servers'
complete -c authctl -n $at -a sandbox -d 'serve every provider here, with demo credentials'
complete -c authctl -n $at -a help -d 'show the help of a command, or of a topic'
complete -c authctl -n $at -a environment -d 'The variables that are read, and those that are set.'
complete -c authctl -n $at -a formats -d 'What -o of login, token and refresh prints.'
complete -c authctl -n $at -a exit-codes -d 'What the exit code tells.'
complete -c authctl -n $at -a security -d 'How secrets and tokens are treated.'
complete -c authctl -n $at -a providers -d 'The providers, and what each of them needs.'

set -l at "__authctl_at"
complete -c authctl -n $at -s V -l version -d 'print the version'
complete -c authctl -n $at -s p -l profile -x -a '(__authctl_profiles)' -d 'use this profile (AUTHCTL_PROFILE)'
complete -c authctl -n $at -l no-input -d 'never prompt'
complete -c authctl -n $at -l no-keychain -d 'do not use the OS keychain'
complete -c authctl -n $at -s q -l quiet -d 'no notices'
complete -c authctl -n $at -s v -l verbose -d 'print details, such as where each value comes from'
complete -c authctl -n $at -l no-color -d 'no colours'
complete -c authctl -n $at -l error-format -x -a 'text json' -d 'how errors are printed'
complete -c authctl -n $at -s h -l help -d 'show this help'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *'"
complete -c authctl -n $at -s o -l output -x -a 'token\\t"the token alone" json\\t"everything, as one object" env\\t"statements that set variables, for a shell to evaluate" dotenv\\t"lines for a .env file" header\\t"the headers that carry the token" curl\\t"a config for curl --config" github\\t"variables for the next steps of a GitHub Actions job" azure\\t"variables for the next steps of an Azure Pipelines job"' -d 'token, json, env, dotenv, header, curl, github or azure'
complete -c authctl -n $at -l export -d 'statements for eval, the same as -o env'
complete -c authctl -n $at -l shell -x -a 'bash zsh sh fish powershell cmd' -d 'for -o env: bash, zsh, sh, fish, powershell or cmd'
complete -c authctl -n $at -l unset -d 'print the statements that unset the variables'
complete -c authctl -n $at -l step-output -d 'for -o github: set outputs of the step instead'
complete -c authctl -n $at -l out-file -r -F -d 'write the result to a file that only you can read'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *' exec 'exec *'"
complete -c authctl -n $at -l var -x -d 'the name of the variable that holds the token, such as MY_TOKEN'
complete -c authctl -n $at -l no-store -d 'neither use nor store a session'

set -l at "__authctl_at login 'login ropo' 'login netnut' 'login verbit' 'login datarhei' token 'token ropo' 'token netnut' 'token verbit' 'token datarhei' refresh 'refresh ropo' 'refresh netnut' 'refresh verbit' 'refresh datarhei' verify 'verify ropo' 'verify netnut' 'verify verbit' 'verify datarhei' exec 'exec ropo' 'exec netnut' 'exec verbit' 'exec datarhei' 'credentials set' 'credentials set ropo' 'credentials set netnut' 'credentials set verbit' 'credentials set datarhei' 'provider test' 'provider test ropo' 'provider test netnut' 'provider test verbit' 'provider test datarhei'"
complete -c authctl -n $at -s e -l environment -x -a '(__authctl_environments)' -d 'a named environment'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *' verify 'verify *' exec 'exec *' 'credentials set' 'credentials set *' 'provider test' 'provider test *'"
complete -c authctl -n $at -l base-url -x -d 'the base URL of the server'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *' verify 'verify *' exec 'exec *' logout 'credentials set' 'credentials set *' 'provider new' 'provider test' 'provider test *' 'store status' 'store password' 'config set' doctor"
complete -c authctl -n $at -l allow-http -d 'allow plain http to other machines'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *' verify 'verify *' exec 'exec *' logout 'provider new' 'provider test' 'provider test *' doctor"
complete -c authctl -n $at -l timeout -x -d 'how long to wait for the server, retries included (default: 30s)'
complete -c authctl -n $at -l cacert -r -F -d 'trust these certificate authorities too'
complete -c authctl -n $at -l cert -r -F -d 'client certificate'
complete -c authctl -n $at -l key -r -F -d 'private key of the client certificate'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *' verify 'verify *' exec 'exec *' logout 'provider new' 'provider test' 'provider test *'"
complete -c authctl -n $at -l retries -x -d 'how many times to retry (default: 2)'

set -l at "__authctl_at login 'login *' token 'token *' refresh 'refresh *' verify 'verify *' exec 'exec *'"
complete -c authctl -n $at -l dry-run -d 'print the request without its secrets, and send nothing'

set -l at "__authctl_at 'login ropo' 'token ropo' 'exec ropo' 'credentials set ropo' 'provider test ropo'"
complete -c authctl -n $at -l cid -x -d 'Customer number (ROPO_CID)'
complete -c authctl -n $at -l apicode -x -d 'API code (ROPO_APICODE)'
complete -c authctl -n $at -l apicode-stdin -d 'the same, from stdin'
complete -c authctl -n $at -l apicode-file -r -F -d 'the same, from a file'

set -l at "__authctl_at 'login netnut' 'token netnut' 'exec netnut' 'credentials set netnut' 'provider test netnut'"
complete -c authctl -n $at -l email -x -d 'Email (NETNUT_EMAIL)'
complete -c authctl -n $at -l password -x -d 'Password (NETNUT_PASSWORD)'

set -l at "__authctl_at 'login netnut' 'login pegase3' 'login datarhei' 'token netnut' 'token pegase3' 'token datarhei' 'exec netnut' 'exec pegase3' 'exec datarhei' 'credentials set netnut' 'credentials set pegase3' 'credentials set datarhei' 'provider test netnut' 'provider test pegase3' 'provider test datarhei'"
complete -c authctl -n $at -l password-stdin -d 'the same, from stdin'
complete -c authctl -n $at -l password-file -r -F -d 'the same, from a file'

set -l at "__authctl_at 'login verbit' 'token verbit' 'exec verbit' 'credentials set verbit' 'provider test verbit'"
complete -c authctl -n $at -l api-key -x -d 'API key, from the account page; the sandbox environment needs a key of its own (VERBIT_API_KEY)'
complete -c authctl -n $at -l api-key-stdin -d 'the same, from stdin'
complete -c authctl -n $at -l api-key-file -r -F -d 'the same, from a file'

set -l at "__authctl_at 'login pegase3' 'token pegase3' 'exec pegase3' 'credentials set pegase3' 'provider test pegase3'"
complete -c authctl -n $at -l user-name -x -d 'User name (PEGASE3_USER_NAME)'
complete -c authctl -n $at -l password -x -d 'Password (PEGASE3_PASSWORD)'

set -l at "__authctl_at 'login datarhei' 'token datarhei' 'exec datarhei' 'credentials set datarhei' 'provider test datarhei'"
complete -c authctl -n $at -l username -x -d 'User name (DATARHEI_USERNAME)'
complete -c authctl -n $at -l password -x -d 'Password (DATARHEI_PASSWORD)'
complete -c authctl -n $at -l auth0-token -x -d 'Auth0 token, in place of user name and password (DATARHEI_AUTH0_TOKEN)'
complete -c authctl -n $at -l auth0-token-stdin -d 'the same, from stdin'
complete -c authctl -n $at -l auth0-token-file -r -F -d 'the same, from a file'

set -l at "__authctl_at token 'token *' exec 'exec *'"
complete -c authctl -n $at -l min-ttl -x -d 'renew a token that expires within this time'

set -l at "__authctl_at token 'token *'"
complete -c authctl -n $at -l rejected -d 'the stored token met a 401: get another one'
complete -c authctl -n $at -l watch -d 'keep running, and replace the token in --out-file before it expires'
complete -c authctl -n $at -l on-renew -r -F -d 'with --watch: run this in a shell each time the file is written'

set -l at "__authctl_at refresh 'refresh *'"
complete -c authctl -n $at -l refresh-token -x -d 'the refresh token, instead of the stored one'
complete -c authctl -n $at -l refresh-token-stdin -d 'the same, from stdin'
complete -c authctl -n $at -l refresh-token-file -r -F -d 'the same, from a file'

set -l at "__authctl_at verify 'verify *'"
complete -c authctl -n $at -l api-url -x -d 'where the API is, if that is not the base URL'
complete -c authctl -n $at -l token-stdin -d 'the token, from stdin'

set -l at "__authctl_at verify 'verify *' status inspect 'credentials list' 'provider list' 'provider import' 'store status' 'profile list' 'config list' doctor"
complete -c authctl -n $at -s o -l output -x -a 'text json' -d 'text or json'

set -l at "__authctl_at logout"
complete -c authctl -n $at -l all -d 'remove sessions in every profile; without a provider, of all providers'
complete -c authctl -n $at -l credentials -d 'remove the secrets in the keychain too'
complete -c authctl -n $at -l local -d 'only here: tell no server'

set -l at "__authctl_at inspect"
complete -c authctl -n $at -l provider -x -a '(__authctl_providers)' -d 'the stored token of this provider'

set -l at "__authctl_at 'provider list'"
complete -c authctl -n $at -s a -l all -d 'with those of the catalogue'

set -l at "__authctl_at 'provider add'"
complete -c authctl -n $at -l name -x -d 'give it another name than the file\'s'
complete -c authctl -n $at -l replace -d 'replace the provider of this name'
complete -c authctl -n $at -s y -l yes -d 'add it without a question'
complete -c authctl -n $at -l reads -x -d 'with --yes: let it read this variable, which is set now'

set -l at "__authctl_at 'provider import'"
complete -c authctl -n $at -l curl -r -F -d 'from a curl command, or - for stdin, which no history keeps'
complete -c authctl -n $at -l har -r -F -d 'from a browser\'s recording, or - for stdin'
complete -c authctl -n $at -l postman -r -F -d 'from a Postman collection, or - for stdin'
complete -c authctl -n $at -l operation -x -d 'the request that is the login, such as POST:/login'
complete -c authctl -n $at -l answer -r -F -d 'an answer to the login, which says where the token is, or - for stdin'
complete -c authctl -n $at -l name -x -d 'the name of the provider'
complete -c authctl -n $at -l all -d 'list what was found instead, with reasons'

set -l at "__authctl_at 'provider remove'"
complete -c authctl -n $at -l purge -d 'remove its sessions and keychain entries too'

set -l at "__authctl_at 'provider test' 'provider test *'"
complete -c authctl -n $at -l real -d 'ask the real server, with your credentials'
complete -c authctl -n $at -l save-fixture -r -F -d 'write what was sent and answered, without secrets'

set -l at "__authctl_at 'config set'"
complete -c authctl -n $at -l command -d 'take the value from a command: a shell command line, or a program and arguments after --'

set -l at "__authctl_at sandbox"
complete -c authctl -n $at -l port -x -d 'listen on this port instead of any free one'
