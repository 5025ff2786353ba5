package kat.scheduler.devices;

import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;

/// From which nodes devices can be used: from one, those that a selector finds, or all.
///
/// @param node the only one; empty for others
/// @param selector of nodes; empty for none
record Reach(String node, boolean all, JsonObject selector) {

    static final Reach NOWHERE = new Reach("", false, JsonObject.EMPTY);

    static Reach parse(JsonObject tree) {
        return new Reach(
                tree.string("nodeName"), tree.bool("allNodes"), tree.object("nodeSelector"));
    }

    boolean isSet() {
        return !node.isEmpty() || all || !selector.isEmpty();
    }

    boolean covers(Place place) {
        if (!node.isEmpty()) {
            return node.equals(place.node());
        }
        return all
                || (!selector.isEmpty()
                        && NodeAffinityTerms.ofSelector(selector)
                                .demandsMet(place.labels(), place.node()));
    }
}
