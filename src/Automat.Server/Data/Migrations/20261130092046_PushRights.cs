using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say across modules: a device that was named in a customer's session goes with it, however the session ends.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261130092046_PushRights")]
    public sealed class PushRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            alter table push_devices add constraint fk_push_devices_customer_sessions_session_id
                foreign key (session_id) references customer_sessions (id) on delete cascade;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            "alter table push_devices drop constraint fk_push_devices_customer_sessions_session_id;");
    }
}
