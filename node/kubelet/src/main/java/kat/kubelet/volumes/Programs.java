package kat.kubelet.volumes;

import java.io.IOException;

/// Runs programs of the machine. [MachinePrograms] does it for real.
///
/// **Threads:** any. A call takes as long as the program does.
interface Programs {

    /// @param code 0 when all went well; 127 when there is no such program
    /// @param said the beginning of what came out, errors among it, without blanks around
    record Ran(int code, String said) {

        boolean isGood() {
            return code == 0;
        }
    }

    /// @param command a program and its arguments
    /// @throws IOException when it does not end
    Ran run(String... command) throws IOException;
}
