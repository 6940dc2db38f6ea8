/** The static part of the fish completion script, which does not depend on the commands. */

/** The pattern of a name, optionally followed by a tab and a summary. */
export const nameLine = String.raw`'^[A-Za-z0-9._-]+(?:\t.*)?$'`;

/** Finds the command before the cursor and looks up its completions in the generated tables. */
export const staticPart = `# Prints the profiles.
function __authctl_profiles
    begin
        echo default
        __authctl_ask profiles
    end | string match -r ${nameLine}
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
`;
