using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>What the journal does on somebody's behalf it writes into the audit in the same transaction.</summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125100000_JournalAudit")]
    public sealed class JournalAudit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            -- As for those who serve: neither number nor hash, and nothing is read.
            grant insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                changes, reason, correlation_id) on audit_events to automat_journal;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("revoke insert on audit_events from automat_journal;");
    }
}
