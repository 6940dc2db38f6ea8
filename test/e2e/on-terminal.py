# on-terminal.py <keys> <command...>: runs a command on a new terminal, types the keys once the file "ready"
# exists, and prints what the terminal shows and how the command ended. Keys that are a JSON list of pairs,
# of a text to wait for and keys, are typed as each text appears, on a terminal of 80 columns and 24 rows.
import fcntl, json, os, pty, select, struct, sys, termios, time

steps = json.loads(sys.argv[1]) if sys.argv[1].startswith("[") else None
keys = b"" if steps else sys.argv[1].encode().decode("unicode_escape").encode("latin1")
pid, terminal = pty.fork()
if pid == 0:
    if steps is not None:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
shown, typed, seen, deadline = b"", False, 0, time.time() + 20
while time.time() < deadline:
    if steps:
        at = shown.find(steps[0][0].encode(), seen)
        if at != -1:
            # What is typed before a question has the terminal for itself would be shown.
            time.sleep(0.1)
            os.write(terminal, steps[0][1].encode())
            seen = at + len(steps.pop(0)[0].encode())
    elif steps is None and not typed and os.path.exists("ready"):
        time.sleep(0.15)
        os.write(terminal, keys)
        typed = True
    if select.select([terminal], [], [], 0.02)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
else:
    os.kill(pid, 9)
    shown += b"TIMEOUT" + (b" before " + steps[0][0].encode() if steps else b"")
_, status = os.waitpid(pid, 0)
print(shown.decode().replace("\r", "").replace("^C", "").replace("^\\", "").replace("^Z", ""))
print("signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else "exit %d" % os.WEXITSTATUS(status))
