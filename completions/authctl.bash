# Completions for authctl in bash 3.2 and later. Generated: npm run completions
#
# It runs authctl only to list the profiles, and to list declared providers if the config directory has
# a directory "providers".

# Sets "offer" to the kind of the subcommands of command $1, and "found" to their names if they are
# words. Fails if it has no subcommands.
__authctl_commands() {
  case $1 in
    '')
      offer=words found=(login token refresh verify exec status logout inspect credentials
        provider store profile config completion doctor sandbox help) ;;
    credentials)
      offer=words found=(set list delete) ;;
    provider)
      offer=words found=(list show add new import remove check test) ;;
    store)
      offer=words found=(status key password) ;;
    profile)
      offer=words found=(list) ;;
    config)
      offer=words found=(get set unset list path) ;;
    login | token | refresh | verify | 'credentials set' | 'credentials delete' | \
      'provider test')
      offer=providers ;;
    exec)
      offer=list ;;
    *) return 1 ;;
  esac
}

# Does the same for the first argument of command $1.
__authctl_argument() {
  case $1 in
    status | logout | 'credentials list' | 'provider show' | 'provider remove' | doctor)
      offer=providers ;;
    'provider add')
      offer=catalogue ;;
    completion)
      offer=words found=(bash zsh fish powershell) ;;
    'config get' | 'config set' | 'config unset')
      offer=words found=(ropo.cid ropo.apicode ropo.base_url ropo.environment netnut.email
        netnut.password netnut.base_url netnut.environment verbit.api_key verbit.base_url
        verbit.environment pegase3.user_name pegase3.password pegase3.base_url datarhei.username
        datarhei.password datarhei.auth0_token datarhei.base_url datarhei.environment) ;;
    help)
      offer=words found=(login token refresh verify exec status logout inspect credentials
        provider store profile config completion doctor sandbox help environment formats exit-codes
        security providers) ;;
    *) return 1 ;;
  esac
}

# Does the same for the value of flag $2 of command $1.
__authctl_value() {
  offer=nothing
  case $2 in
    -p | --profile)
      offer=profiles ;;
    --error-format)
      offer=words found=(text json) ;;
    -o | --output)
      case $1 in
        login | 'login '* | token | 'token '* | refresh | 'refresh '*)
          offer=words found=(token json env dotenv header curl github azure) ;;
        verify | 'verify '* | status | inspect | 'credentials list' | 'provider list' | \
          'provider import' | 'store status' | 'profile list' | 'config list' | doctor)
          offer=words found=(text json) ;;
      esac ;;
    --shell)
      offer=words found=(bash zsh sh fish powershell cmd) ;;
    --out-file | --cacert | --cert | --key | --apicode-file | --password-file | --api-key-file | \
      --auth0-token-file | --on-renew | --refresh-token-file | --curl | --har | --postman | \
      --answer | --save-fixture)
      offer=files ;;
    -e | --environment)
      offer=environments ;;
    --provider)
      offer=providers ;;
  esac
}

# Whether flag $1 takes a value.
__authctl_takes_value() {
  case $1 in
    -p | --profile | --error-format | -o | --output | --shell | --out-file | --var | -e | \
      --environment | --base-url | --timeout | --cacert | --cert | --key | --retries | --cid | \
      --apicode | --apicode-file | --email | --password | --password-file | --api-key | \
      --api-key-file | --user-name | --username | --auth0-token | --auth0-token-file | --min-ttl | \
      --on-renew | --refresh-token | --refresh-token-file | --api-url | --provider | --name | \
      --reads | --curl | --har | --postman | --operation | --answer | --save-fixture | --port) ;;
    *) return 1 ;;
  esac
}

# Whether command $1 takes a program and its arguments.
__authctl_runs() {
  case $1 in
    exec | 'exec '* | sandbox) ;;
    *) return 1 ;;
  esac
}

# Puts the flags of command $1 into "found".
__authctl_flags() {
  offer=words
  found+=(-V --version -p --profile --no-input --no-keychain -q --quiet -v --verbose --no-color
    --error-format -h --help)
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '*)
      found+=(-o --output --export --shell --unset --step-output --out-file) ;;
  esac
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '* | exec | 'exec '*)
      found+=(--var --no-store) ;;
  esac
  case $1 in
    login | 'login ropo' | 'login netnut' | 'login verbit' | 'login datarhei' | token | \
      'token ropo' | 'token netnut' | 'token verbit' | 'token datarhei' | refresh | \
      'refresh ropo' | 'refresh netnut' | 'refresh verbit' | 'refresh datarhei' | verify | \
      'verify ropo' | 'verify netnut' | 'verify verbit' | 'verify datarhei' | exec | 'exec ropo' | \
      'exec netnut' | 'exec verbit' | 'exec datarhei' | 'credentials set' | \
      'credentials set ropo' | 'credentials set netnut' | 'credentials set verbit' | \
      'credentials set datarhei' | 'provider test' | 'provider test ropo' | \
      'provider test netnut' | 'provider test verbit' | 'provider test datarhei')
      found+=(-e --environment) ;;
  esac
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '* | verify | 'verify '* | exec | \
      'exec '* | 'credentials set' | 'credentials set '* | 'provider test' | 'provider test '*)
      found+=(--base-url) ;;
  esac
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '* | verify | 'verify '* | exec | \
      'exec '* | logout | 'credentials set' | 'credentials set '* | 'provider new' | \
      'provider test' | 'provider test '* | 'store status' | 'store password' | 'config set' | \
      doctor)
      found+=(--allow-http) ;;
  esac
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '* | verify | 'verify '* | exec | \
      'exec '* | logout | 'provider new' | 'provider test' | 'provider test '* | doctor)
      found+=(--timeout --cacert --cert --key) ;;
  esac
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '* | verify | 'verify '* | exec | \
      'exec '* | logout | 'provider new' | 'provider test' | 'provider test '*)
      found+=(--retries) ;;
  esac
  case $1 in
    login | 'login '* | token | 'token '* | refresh | 'refresh '* | verify | 'verify '* | exec | \
      'exec '*)
      found+=(--dry-run) ;;
  esac
  case $1 in
    'login ropo' | 'token ropo' | 'exec ropo' | 'credentials set ropo' | 'provider test ropo')
      found+=(--cid --apicode --apicode-stdin --apicode-file) ;;
  esac
  case $1 in
    'login netnut' | 'token netnut' | 'exec netnut' | 'credentials set netnut' | \
      'provider test netnut')
      found+=(--email --password) ;;
  esac
  case $1 in
    'login netnut' | 'login pegase3' | 'login datarhei' | 'token netnut' | 'token pegase3' | \
      'token datarhei' | 'exec netnut' | 'exec pegase3' | 'exec datarhei' | \
      'credentials set netnut' | 'credentials set pegase3' | 'credentials set datarhei' | \
      'provider test netnut' | 'provider test pegase3' | 'provider test datarhei')
      found+=(--password-stdin --password-file) ;;
  esac
  case $1 in
    'login verbit' | 'token verbit' | 'exec verbit' | 'credentials set verbit' | \
      'provider test verbit')
      found+=(--api-key --api-key-stdin --api-key-file) ;;
  esac
  case $1 in
    'login pegase3' | 'token pegase3' | 'exec pegase3' | 'credentials set pegase3' | \
      'provider test pegase3')
      found+=(--user-name --password) ;;
  esac
  case $1 in
    'login datarhei' | 'token datarhei' | 'exec datarhei' | 'credentials set datarhei' | \
      'provider test datarhei')
      found+=(--username --password --auth0-token --auth0-token-stdin --auth0-token-file) ;;
  esac
  case $1 in
    token | 'token '* | exec | 'exec '*)
      found+=(--min-ttl) ;;
  esac
  case $1 in
    token | 'token '*)
      found+=(--rejected --watch --on-renew) ;;
  esac
  case $1 in
    refresh | 'refresh '*)
      found+=(--refresh-token --refresh-token-stdin --refresh-token-file) ;;
  esac
  case $1 in
    verify | 'verify '*)
      found+=(--api-url --token-stdin) ;;
  esac
  case $1 in
    verify | 'verify '* | status | inspect | 'credentials list' | 'provider list' | \
      'provider import' | 'store status' | 'profile list' | 'config list' | doctor)
      found+=(-o --output) ;;
  esac
  case $1 in
    logout)
      found+=(--all --credentials --local) ;;
  esac
  case $1 in
    inspect)
      found+=(--provider) ;;
  esac
  case $1 in
    'provider list')
      found+=(-a --all) ;;
  esac
  case $1 in
    'provider add')
      found+=(--name --replace -y --yes --reads) ;;
  esac
  case $1 in
    'provider import')
      found+=(--curl --har --postman --operation --answer --name --all) ;;
  esac
  case $1 in
    'provider remove')
      found+=(--purge) ;;
  esac
  case $1 in
    'provider test' | 'provider test '*)
      found+=(--real --save-fixture) ;;
  esac
  case $1 in
    'config set')
      found+=(--command) ;;
  esac
  case $1 in
    sandbox)
      found+=(--port) ;;
  esac
}

__authctl_providers() {
  found=(ropo netnut verbit pegase3 datarhei)
  local config
  __authctl_config
  if [[ -d $config/providers ]]; then __authctl_ask providers; fi
}

__authctl_catalogue() {
  found=(airflow amadeus arangodb argo-cd auth0 bluesky check-point
    cisco-catalyst-center cisco-fmc cognito consul couchdb crowdsec deluge directus docker-hub
    elasticsearch entra etcd f5-bigip fastapi firebase ghost gitea github-app gitlab
    google-service-account grafana guacamole harbor home-assistant homebridge influxdb influxdb1
    jamf-pro jamf-pro-client keycloak keycloak-client keystone keystone-totp magento matrix
    mattermost metabase netbox nexus nginx-proxy-manager node-red nomad odoo oidc-client
    oidc-private-key okta paypal pihole pocketbase portainer proxmox qbittorrent rancher redfish
    rocketchat salesforce sanctum sap-b1 servicenow shopware simplejwt snowflake spotify strapi
    supabase superset synology tableau thingsboard transmission unifi ups vault-approle
    vault-userpass vcenter verdaccio wazuh wordpress-jwt zabbix zoom)
}

# Puts the environments of provider $1 into "found".
__authctl_environments() {
  case $1 in
    ropo) found=(fi se no fi-test se-test no-test) ;;
    netnut) found=(production) ;;
    verbit) found=(production sandbox) ;;
    datarhei) found=(local) ;;
  esac
}

# Puts the profiles into "found".
__authctl_profiles() {
  found=(default)
  __authctl_ask profiles
}

# Puts the config directory into "config".
__authctl_config() {
  config=${AUTHCTL_CONFIG_DIR-}
  [[ -n $config || ${XDG_CONFIG_HOME-} != /* ]] || config=$XDG_CONFIG_HOME/authctl
  [[ -n $config ]] || config=${HOME-}/.config/authctl
}

# Adds names that authctl prints.
__authctl_ask() {
  local name
  while IFS=$'\t' read -r name _; do
    __authctl_found "$name"
  done < <(command authctl __complete "$1" 2>/dev/null </dev/null)
}

# Adds a name if it is valid and not there yet.
__authctl_found() {
  local name
  [[ $1 =~ $plain ]] || return 0
  for name in "${found[@]}"; do [[ $name != "$1" ]] || return 0; done
  found+=("$1")
}

# Completes the program at word "index", or its arguments if that is not the last word.
__authctl_command_line() {
  local index=$1 name
  if ((index < last)); then
    # Uses the program's own completions with bash-completion, else readline's file names.
    if declare -F _comp_command_offset >/dev/null; then
      _comp_command_offset "${starts[index]}"
    elif declare -F _command_offset >/dev/null; then
      _command_offset "${starts[index]}"
    fi
    return 0
  fi
  __authctl_no_files
  while IFS= read -r name; do
    [[ $name != *[!A-Za-z0-9_./~+-]* ]] || printf -v name %q "$name"
    COMPREPLY+=("$name")
  done < <(compgen -c -- "$typed")
}

# Completes files after "--flag=" in the same word; otherwise readline does.
__authctl_files() {
  local name
  [[ -n $lead ]] || return 0
  while IFS= read -r name; do
    printf -v name %q "$name"
    COMPREPLY+=("$lead$name")
  done < <(compgen -f -- "$typed")
}

# Keeps readline from completing file names instead, which bash 3.2 does not support.
__authctl_no_files() {
  ((BASH_VERSINFO[0] < 4)) || compopt +o default
}

# Puts the words up to the cursor into "words", rejoined where bash split them at "=" and ":", and the
# index of each in COMP_WORDS into "starts".
__authctl_split() {
  # COMP_POINT counts bytes.
  local LC_ALL=C
  local rest=${COMP_LINE:0:COMP_POINT} word glued end=-1 i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    glued=
    if ((i == 0)); then
      rest=${rest#*"$word"}
    else
      [[ $rest == [[:space:]]* ]] || glued=1
      rest=${rest#"${rest%%[![:space:]]*}"}
      ((i < COMP_CWORD)) || word=$rest
      rest=${rest#"$word"}
    fi
    if [[ -n $glued && ($word == [=:]* || ${words[end]} == *[=:]) ]]; then
      words[end]+=$word
    else
      words+=("$word")
      starts+=("$i")
      ((end += 1))
    fi
  done
}

_authctl() {
  local IFS=$' \t\n'
  local at='' flag='' given='' ended='' offer='' lead='' typed last word i
  local -a words=() starts=() found=()
  # In a variable, because bash 3.2 treats quotes in a pattern differently.
  local plain='^[A-Za-z0-9._-]+$'
  COMPREPLY=()
  __authctl_split
  last=$((${#words[@]} - 1))
  typed=${words[last]#[\"\']}

  for ((i = 1; i < last; i++)); do
    word=${words[i]}
    if [[ -n $flag ]]; then
      flag=
    elif [[ $word == *[\<\>] ]]; then
      flag='>'
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if __authctl_takes_value "$word"; then flag=$word; fi
    elif [[ -z $given ]] && __authctl_commands "$at"; then
      if [[ $offer == list && $word == *,* ]]; then given=1; else at+=${at:+ }$word; fi
    elif __authctl_runs "$at"; then
      __authctl_command_line "$i"
      return 0
    else
      given=1
    fi
  done

  found=()
  offer=
  if [[ $flag == '>' ]]; then
    offer=files
  elif [[ -n $flag ]]; then
    __authctl_value "$at" "$flag"
  elif [[ -z $ended && $typed == --*=* ]]; then
    __authctl_value "$at" "${typed%%=*}"
    [[ $COMP_WORDBREAKS == *=* ]] || lead=${typed%%=*}=
    typed=${typed#*=}
    typed=${typed#[\"\']}
  elif [[ -z $ended && $typed == -* ]]; then
    __authctl_flags "$at"
  elif [[ -z $given ]] && __authctl_commands "$at"; then
    if [[ $offer == list && $typed == *,* ]]; then
      lead=${typed%,*},
      typed=${typed##*,}
    fi
  elif __authctl_runs "$at"; then
    __authctl_command_line "$last"
    return 0
  elif [[ -z $given ]] && __authctl_argument "$at"; then
    :
  elif [[ -z $ended ]]; then
    __authctl_flags "$at"
  fi

  case $offer in
    files)
      __authctl_files
      return 0 ;;
    providers | list) __authctl_providers ;;
    profiles) __authctl_profiles ;;
    catalogue) __authctl_catalogue ;;
    environments) __authctl_environments "${at##* }" ;;
  esac
  for word in ${found[@]+"${found[@]}"}; do
    # No provider twice in a list.
    if [[ $offer == list && ,$lead == *,"$word",* ]]; then continue; fi
    if [[ $word == "$typed"* ]]; then COMPREPLY+=("$lead$word"); fi
  done
  # What is no name in the catalogue is a file, which readline completes.
  [[ $offer == catalogue ]] || __authctl_no_files
}

complete -o default -F _authctl authctl
