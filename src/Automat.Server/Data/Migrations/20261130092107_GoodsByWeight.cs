using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class GoodsByWeight : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "least_quantity",
                table: "products",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "measure",
                table: "products",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Piece");

            migrationBuilder.AddColumn<int>(
                name: "most_quantity",
                table: "products",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "quantity_step",
                table: "products",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "grams",
                table: "product_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddCheckConstraint(
                name: "ck_products_quantities",
                table: "products",
                sql: "measure = 'Weight' or (least_quantity is null and most_quantity is null and quantity_step is null)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_products_quantities",
                table: "products");

            migrationBuilder.DropColumn(
                name: "least_quantity",
                table: "products");

            migrationBuilder.DropColumn(
                name: "measure",
                table: "products");

            migrationBuilder.DropColumn(
                name: "most_quantity",
                table: "products");

            migrationBuilder.DropColumn(
                name: "quantity_step",
                table: "products");

            migrationBuilder.DropColumn(
                name: "grams",
                table: "product_days");
        }
    }
}
