/** The static part of the bash completion script, which does not depend on the commands. */

/** Finds the command before the cursor and looks up its completions in the generated tables. */
export const staticPart = `# Puts the profiles into "found".
__authctl_profiles() {
  found=(default)
  __authctl_ask profiles
}

# Puts the config directory into "config".
__authctl_config() {
  config=\${AUTHCTL_CONFIG_DIR-}
  [[ -n $config || \${XDG_CONFIG_HOME-} != /* ]] || config=$XDG_CONFIG_HOME/authctl
  [[ -n $config ]] || config=\${HOME-}/.config/authctl
}

# Adds names that authctl prints.
__authctl_ask() {
  local name
  while IFS=$'\\t' read -r name _; do
    __authctl_found "$name"
  done < <(command authctl __complete "$1" 2>/dev/null </dev/null)
}

# Adds a name if it is valid and not there yet.
__authctl_found() {
  local name
  [[ $1 =~ $plain ]] || return 0
  for name in "\${found[@]}"; do [[ $name != "$1" ]] || return 0; done
  found+=("$1")
}

# Completes the program at word "index", or its arguments if that is not the last word.
__authctl_command_line() {
  local index=$1 name
  if ((index < last)); then
    # Uses the program's own completions with bash-completion, else readline's file names.
    if declare -F _comp_command_offset >/dev/null; then
      _comp_command_offset "\${starts[index]}"
    elif declare -F _command_offset >/dev/null; then
      _command_offset "\${starts[index]}"
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
  local rest=\${COMP_LINE:0:COMP_POINT} word glued end=-1 i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    glued=
    if ((i == 0)); then
      rest=\${rest#*"$word"}
    else
      [[ $rest == [[:space:]]* ]] || glued=1
      rest=\${rest#"\${rest%%[![:space:]]*}"}
      ((i < COMP_CWORD)) || word=$rest
      rest=\${rest#"$word"}
    fi
    if [[ -n $glued && ($word == [=:]* || \${words[end]} == *[=:]) ]]; then
      words[end]+=$word
    else
      words+=("$word")
      starts+=("$i")
      ((end += 1))
    fi
  done
}

_authctl() {
  local IFS=$' \\t\\n'
  local at='' flag='' given='' ended='' offer='' lead='' typed last word i
  local -a words=() starts=() found=()
  # In a variable, because bash 3.2 treats quotes in a pattern differently.
  local plain='^[A-Za-z0-9._-]+$'
  COMPREPLY=()
  __authctl_split
  last=$((\${#words[@]} - 1))
  typed=\${words[last]#[\\"\\']}

  for ((i = 1; i < last; i++)); do
    word=\${words[i]}
    if [[ -n $flag ]]; then
      flag=
    elif [[ $word == *[\\<\\>] ]]; then
      flag='>'
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if __authctl_takes_value "$word"; then flag=$word; fi
    elif [[ -z $given ]] && __authctl_commands "$at"; then
      if [[ $offer == list && $word == *,* ]]; then given=1; else at+=\${at:+ }$word; fi
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
    __authctl_value "$at" "\${typed%%=*}"
    [[ $COMP_WORDBREAKS == *=* ]] || lead=\${typed%%=*}=
    typed=\${typed#*=}
    typed=\${typed#[\\"\\']}
  elif [[ -z $ended && $typed == -* ]]; then
    __authctl_flags "$at"
  elif [[ -z $given ]] && __authctl_commands "$at"; then
    if [[ $offer == list && $typed == *,* ]]; then
      lead=\${typed%,*},
      typed=\${typed##*,}
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
    environments) __authctl_environments "\${at##* }" ;;
  esac
  for word in \${found[@]+"\${found[@]}"}; do
    # No provider twice in a list.
    if [[ $offer == list && ,$lead == *,"$word",* ]]; then continue; fi
    if [[ $word == "$typed"* ]]; then COMPREPLY+=("$lead$word"); fi
  done
  # What is no name in the catalogue is a file, which readline completes.
  [[ $offer == catalogue ]] || __authctl_no_files
}

complete -o default -F _authctl authctl
`;
