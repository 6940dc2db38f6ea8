# on-terminal.py <keys> <command...>: runs a command on a new terminal, types the keys once the file "ready"
# exists, and prints what the terminal shows and how the command ended.
import os, pty, select, sys, time

keys = sys.argv[1].encode().decode("unicode_escape").encode("latin1")
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, typed, deadline = b"", False, time.time() + 20
while time.time() < deadline:
    if not typed and os.path.exists("ready"):
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
    shown += b"TIMEOUT"
_, status = os.waitpid(pid, 0)
print(shown.decode().replace("\r", "").replace("^C", "").replace("^\\", "").replace("^Z", ""))
print("signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else "exit %d" % os.WEXITSTATUS(status))
