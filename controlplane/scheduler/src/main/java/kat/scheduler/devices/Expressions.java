package kat.scheduler.devices;

import java.util.LinkedHashMap;
import java.util.Map;
import kat.api.cel.CompileException;
import kat.api.device.DeviceExpression;

/// Compiled expressions, the most recent of them kept.
///
/// **Threads:** one.
public final class Expressions {

    /// Far more than the classes of a cluster have.
    private static final int MOST = 256;

    private final Map<String, DeviceExpression> known = new LinkedHashMap<>(16, 0.75f, true);

    /// @throws CompileException when the expression cannot be read
    DeviceExpression compiled(String source) {
        DeviceExpression found = known.get(source);
        if (found == null) {
            found = DeviceExpression.compile(source);
            known.put(source, found);
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return found;
    }
}
