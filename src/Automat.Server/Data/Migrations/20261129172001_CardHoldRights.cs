using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: holds and debts are written by the journal alone, in the transaction that books them; and how the
    /// provider's names of cards and customers go from rows that nobody who serves may change.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129172001_CardHoldRights")]
    public sealed class CardHoldRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                alter table card_holds
                    add constraint ck_card_holds_amount check (amount > 0),
                    add constraint ck_card_holds_wanted check (wanted between 0 and amount);
                alter table debts add constraint ck_debts_amount check (amount > 0);
                revoke insert, update, delete on card_holds, debts from automat_serving;
                grant select, insert, update on card_holds, debts to automat_journal;
                -- Who asks for it has a saved card forgotten.
                grant delete on saved_cards to automat_serving;
                """);
            migrationBuilder.Sql(
                """
                -- Whose card it was is nobody's business once nothing is held, owed or to be given back any more.
                create function forget_cards_before(before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                declare
                    gone integer;
                begin
                    with old as (
                        select h.vend_id from card_holds h
                        where h.ended_at < before and coalesce(h.card, h.customer_id, h.method_id) is not null
                            and not exists (select from debts d where d.vend_id = h.vend_id and d.status = 'Owed')
                        order by h.ended_at limit most for update skip locked),
                    owed as (
                        update debts d set card = null, customer_id = null, method_id = null from old where d.vend_id = old.vend_id),
                    bought as (
                        update purchases p set card = null from old where p.vend_id = old.vend_id and p.card is not null)
                    update card_holds h set card = null, customer_id = null, method_id = null from old where h.vend_id = old.vend_id;
                    get diagnostics gone = row_count;
                    return gone;
                end $$;
                revoke all on function forget_cards_before(timestamptz, integer) from public;
                grant execute on function forget_cards_before(timestamptz, integer) to automat_crossing;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop function forget_cards_before(timestamptz, integer);
            alter table debts drop constraint ck_debts_amount;
            alter table card_holds drop constraint ck_card_holds_amount, drop constraint ck_card_holds_wanted;
            """);
    }
}
