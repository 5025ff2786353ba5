package kat.apiserver.auth;

/// Who decides what users may do, and who knows the rules of roles.
///
/// @param authorizer all who are configured, in their order; who asks whether something is allowed
///     asks these
/// @param roles what RBAC grants, whether or not it is among those who decide; only for its rules
public record Deciders(Authorizer authorizer, RbacAuthorizer roles) {}
