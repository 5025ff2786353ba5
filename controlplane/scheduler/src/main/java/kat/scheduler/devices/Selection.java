package kat.scheduler.devices;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.cel.CelException;
import kat.api.cel.CompileException;
import kat.api.device.DeviceExpression;
import kat.api.json.JsonObject;

/// Which devices the expressions of classes and requests select. An answer holds for all nodes,
/// so it is asked for once.
///
/// **Threads:** one.
final class Selection {

    private final Expressions expressions;
    private final IdentityHashMap<ClaimRequests.Option, Map<DeviceId, Boolean>> known =
            new IdentityHashMap<>();

    Selection(Expressions expressions) {
        this.expressions = expressions;
    }

    /// @throws AllocationFault when an expression has no value
    boolean selects(
            ClaimRequests claim, ClaimRequests.Option option, KubeObject type, Device device) {
        Map<DeviceId, Boolean> ofOption = known.computeIfAbsent(option, _ -> new HashMap<>());
        Boolean answer = ofOption.get(device.id());
        if (answer == null) {
            answer =
                    all("class " + type.name(), type.spec().array("selectors").objects(), device)
                            && all("claim " + claim.claim(), option.selectors(), device);
            ofOption.put(device.id(), answer);
        }
        return answer;
    }

    private boolean all(String whose, List<JsonObject> selectors, Device device) {
        for (int i = 0; i < selectors.size(); i++) {
            String place = whose + ": selector #" + i + ": CEL ";
            String source = selectors.get(i).object("cel").string("expression");
            try {
                Map<String, Object> values =
                        DeviceExpression.values(device.id().driver(), device.tree());
                if (!expressions.compiled(source).matches(values)) {
                    return false;
                }
            } catch (CompileException e) {
                throw new AllocationFault(
                        place + "compile error: compilation failed: " + e.getMessage());
            } catch (CelException e) {
                throw new AllocationFault(place + "runtime error: " + e.getMessage());
            }
        }
        return true;
    }
}
