/** The static part of the PowerShell completion script, which does not depend on the commands. */

/** Finds the command before the cursor and looks up its completions in the generated tables. */
export const staticPart = `    function Test-Place($place, $patterns) {
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
            $name, $about = $line -split "\`t", 2
            if ($name -cmatch '^[A-Za-z0-9._-]+\\z' -and -not $found.Contains($name)) {
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
`;
