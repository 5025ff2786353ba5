package kat.dev.loop;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.dev.config.DevException;

/// Exchanges classes of a running Java program by its debugging port (JDWP).
///
/// Bodies of methods may change; a class that got or lost fields or methods is refused by the
/// program, and one that is not loaded yet would come from the image later: both are for
/// [Restart].
public final class HotSwap {

    private static final String ATTACH = "com.sun.jdi.SocketAttach";
    private static final String TIMEOUT_MILLIS = "10000";

    private HotSwap() {}

    /// How it went.
    public enum Answer {
        EXCHANGED,
        /// The program goes on with the classes that it had.
        REFUSED
    }

    /// @param port of this machine that leads to the program
    /// @param classes by their names
    /// @throws DevException when the program cannot be reached
    public static Answer exchange(int port, Map<String, byte[]> classes) {
        VirtualMachine program = attach(port);
        try {
            Map<ReferenceType, byte[]> loaded = new HashMap<>();
            for (Map.Entry<String, byte[]> one : classes.entrySet()) {
                List<ReferenceType> types = new ArrayList<>(program.classesByName(one.getKey()));
                if (types.isEmpty()) {
                    return Answer.REFUSED;
                }
                types.forEach(type -> loaded.put(type, one.getValue()));
            }
            program.redefineClasses(loaded);
            return Answer.EXCHANGED;
        } catch (UnsupportedOperationException | LinkageError refused) {
            return Answer.REFUSED;
        } catch (VMDisconnectedException e) {
            throw new DevException("the program went away while classes were exchanged", e);
        } finally {
            end(program);
        }
    }

    private static void end(VirtualMachine program) {
        try {
            program.dispose();
        } catch (VMDisconnectedException gone) {
            // Nothing is left to be let go.
            return;
        }
    }

    private static VirtualMachine attach(int port) {
        AttachingConnector connector =
                Bootstrap.virtualMachineManager().attachingConnectors().stream()
                        .filter(one -> one.name().equals(ATTACH))
                        .findFirst()
                        .orElseThrow(() -> new DevException("this Java has no debugger's module"));
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        argument(arguments, "hostname", "127.0.0.1");
        argument(arguments, "port", String.valueOf(port));
        argument(arguments, "timeout", TIMEOUT_MILLIS);
        try {
            return connector.attach(arguments);
        } catch (IOException | IllegalConnectorArgumentsException e) {
            throw new DevException("cannot reach the debugging port of a pod", e);
        }
    }

    private static void argument(
            Map<String, Connector.Argument> arguments, String name, String value) {
        Connector.Argument argument = arguments.get(name);
        if (argument == null) {
            throw new DevException("the debugger's module takes no " + name);
        }
        argument.setValue(value);
    }
}
