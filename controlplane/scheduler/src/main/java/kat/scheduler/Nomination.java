package kat.scheduler;

/// The node that a pod is expected on before it has one: since others must go for it first, or
/// since somebody outside wishes it so.
///
/// **Source:** `status.nominatedNodeName`; KEP-5278.
///
/// @param node empty for none
/// @param isMakingRoom whether pods that the scheduler sent away for it are still leaving
record Nomination(String node, boolean isMakingRoom) {

    static final Nomination NONE = new Nomination("", false);
}
