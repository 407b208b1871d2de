package import Hummingbird
package import Platform

extension Accounts {
    /// Every route of accounts, relative to the API's base path.
    package var routes: [RouteCollection<AppContext>] {
        [
            AccountRoutes(self).routes, SessionRoutes(self).routes, TokenRoutes(self).routes,
            PasswordRoutes(self).routes, EmailRoutes(self).routes, InvitationRoutes(self).routes,
        ]
    }
}
