package kat.controllers.podautoscaler;

import kat.api.Kind;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The scales of custom resources, which no informer watches.
///
/// **Threads:** any.
public interface CustomScales {

    /// A cluster without any.
    CustomScales NONE =
            new CustomScales() {
                @Override
                public @Nullable Kind kind(String apiVersion, String kind) {
                    return null;
                }

                @Override
                public JsonObject scale(Kind kind, ObjectKey key) throws MetricFault {
                    throw new MetricFault("no custom resources");
                }
            };

    /// The kind of that name; null when it is not served.
    @Nullable Kind kind(String apiVersion, String kind);

    /// In the form of `autoscaling/v1`.
    ///
    /// @throws MetricFault in Kubernetes' words when there is none
    JsonObject scale(Kind kind, ObjectKey key) throws MetricFault;
}
