/** The static part of the zsh completion script, which does not depend on the commands. */

/** Finds the command before the cursor and looks up its completions in the generated tables. */
export const staticPart = `# Offers the profiles.
__authctl_profiles() {
  local -a found=(default)
  __authctl_ask profiles
  _describe -t profiles profile found
}

# Puts the config directory into "config".
__authctl_config() {
  config=\${AUTHCTL_CONFIG_DIR-}
  [[ -n $config || \${XDG_CONFIG_HOME-} != /* ]] || config=$XDG_CONFIG_HOME/authctl
  [[ -n $config ]] || config=\${HOME-}/.config/authctl
}

# Adds names that authctl prints, each with a summary after a tab.
__authctl_ask() {
  local line
  for line in \${(f)"$(command authctl __complete $1 2>/dev/null </dev/null)"}; do
    __authctl_found \${line%%$'\\t'*} \${\${line#*$'\\t'}#$line}
  done
}

# Adds a name with its summary if it is valid and not there yet.
__authctl_found() {
  [[ $1 == [A-Za-z0-9._-]## ]] || return 0
  (( \${found[(I)$1(|:*)]} )) || found+=("$1\${2:+:$2}")
}

_authctl() {
  local curcontext=$curcontext state line at='' ret=1
  local -a flags takes own
  local -A opt_args
  # Once for each command before the cursor: login, then its provider.
  while true; do
    __authctl_flags
    __authctl_takes
    state=
    _arguments -C -S -s $own $flags $takes && ret=0
    [[ $state == next ]] || return ret
    # A list of providers has only the flags that all of them have.
    if [[ $words[1] == *,* ]]; then
      _arguments -C -S -s -A '-*' $flags '*:::command:_normal' && ret=0
      return ret
    fi
    at+=\${at:+ }$words[1]
    curcontext=\${curcontext%:*:*}:authctl-\${at// /-}:
  done
}

if [[ \${zsh_eval_context[-1]-} == loadautofunc ]]; then
  _authctl "$@"
elif (( $+functions[compdef] )); then
  compdef _authctl authctl
fi
`;
