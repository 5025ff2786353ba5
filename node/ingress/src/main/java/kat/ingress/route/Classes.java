package kat.ingress.route;

import java.util.Set;
import java.util.TreeSet;
import kat.api.KubeObject;

/// Which Ingress objects are KAT's: those whose class names one of its controllers.
public final class Classes {

    /// Controller of the class `kat`.
    public static final String CONTROLLER = "kat.dev/ingress";

    /// Controller of the class `nginx`, which ingress-nginx had.
    public static final String NGINX_CONTROLLER = "k8s.io/ingress-nginx";

    private static final String ANNOTATION = "kubernetes.io/ingress.class";
    private static final Set<String> LEGACY = Set.of("kat", "nginx");

    private Classes() {}

    /// The names of the classes among `classes` that are KAT's.
    static Set<String> ours(Iterable<KubeObject> classes) {
        Set<String> names = new TreeSet<>();
        for (KubeObject each : classes) {
            String controller = each.spec().string("controller");
            if (controller.equals(CONTROLLER) || controller.equals(NGINX_CONTROLLER)) {
                names.add(each.name());
            }
        }
        return names;
    }

    /// @param ours names of KAT's classes
    static boolean isOurs(KubeObject ingress, Set<String> ours) {
        String legacy = ingress.annotation(ANNOTATION);
        if (!legacy.isEmpty()) {
            return LEGACY.contains(legacy) || ours.contains(legacy);
        }
        return ours.contains(ingress.spec().string("ingressClassName"));
    }

    /// Whether one of the Ingress objects is KAT's.
    public static boolean isAnyOurs(Iterable<KubeObject> ingresses, Iterable<KubeObject> classes) {
        Set<String> names = ours(classes);
        for (KubeObject ingress : ingresses) {
            if (isOurs(ingress, names)) {
                return true;
            }
        }
        return false;
    }
}
