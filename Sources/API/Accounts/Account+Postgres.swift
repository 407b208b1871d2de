import Platform
import Postgres

extension Role: PostgresCodable {}
extension AccountStatus: PostgresCodable {}
