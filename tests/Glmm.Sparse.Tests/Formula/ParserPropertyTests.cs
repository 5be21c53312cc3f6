using CsCheck;
using Glmm.Sparse.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

[TestFixture]
internal sealed class ParserPropertyTests
{
    private static readonly Gen<string> Name = Gen.OneOf<string>(
        "x", "y2", ".a", "b_c", "`my x`", "TRUE", "'text'", "3", "1.5e-3", "2L");

    private static readonly Gen<string> Words = Gen.OneOf<string>(
        "y", "~", "+", "-", "*", "/", "^", ":", "|", "||", "&", "!", "(", ")", ",", "log", "I(", "(1 | id)", "2",
        "'", "`", " ", "x",
        "ns(", "df = ", "c(", ".", "%in%", "%%", "=", "C(", "contr.sum", "poly(", "Inf", "relevel(",
        "offset(", "cbind(", "<=", "==", "#", "é", "0", "\n");

    /// <summary>Expressions as text, fully parenthesised here and there.</summary>
    private static Gen<string> Expression(int depth) => depth == 0
        ? Name
        : Gen.OneOf<string>(
            (IGen<string>[])[
            Name,
            Gen.Select(
                Expression(depth - 1), Gen.OneOf<string>("+", "-", "*", "/", "^", "==", "<", "&", "|", "%%", "%in%"),
                Expression(depth - 1), Join),
            Expression(depth - 1).Select(inner => $"( {inner})"),
            Expression(depth - 1).Select(inner => $"-{inner}"),
            Expression(depth - 1).Select(inner => $"(!{inner})"),
            Gen.Select(
                Expression(depth - 1), Expression(depth - 1),
                (inner, other) => $"ns( {inner},df= 3,knots =c({other},Inf))"),
            Expression(depth - 1).Select(inner => $"C( {inner} ,contr.sum)"),
            Gen.Select(
                Expression(depth - 1), Gen.OneOf<string>("log", "exp", "abs"),
                (inner, function) => $"{function}( {inner})"),
            ]);

    private static string Join(string left, string infix, string right) =>
        infix is "==" or "<" ? $"(({left}){infix}({right}))" : $"{left} {infix}{right}";

    [Test]
    public void CanonicalFormIsAFixedPoint() => Expression(4)
        .Sample(
            expression =>
            {
                string canonical = ModelFormula.Parse($"y ~ I({expression}) + (1 | id)").ToString();
                return ModelFormula.Parse(canonical).ToString() == canonical;
            },
            iter: 5_000);

    [Test]
    public void AnyTextParsesOrThrowsFormulaException() => Words.Array[0, 15]
        .Sample(
            words =>
            {
                try
                {
                    ModelFormula.Parse(string.Concat(words));
                }
                catch (FormulaException error)
                {
                    return error.Position >= 0 && error.Position <= error.Formula.Length;
                }

                return true;
            },
            iter: 20_000);

    private static readonly Gen<string> Factor = Gen.OneOf<string>("a", "b", "x", "c", "1", "0", "`my x`", "log(x)");

    /// <summary>Sums, products, nestings and powers of a few variables.</summary>
    private static Gen<string> Algebra(int depth) => depth == 0
        ? Factor
        : Gen.OneOf<string>(
            (IGen<string>[])[
            Factor,
            Gen.Select(
                Algebra(depth - 1), Gen.OneOf<string>("+", "-", "*", "/", ":", "%in%", "+"), Algebra(depth - 1),
                (left, infix, right) => $"({left}) {infix} ({right})"),
            Algebra(depth - 1).Select(inner => $"({inner})^2"),
            ]);

    [Test]
    public void TheCanonicalFormExpandsToTheSameTermsAndIsItsOwn() => Gen.Select(Algebra(4), Algebra(2)).Sample(
        (sum, effects) =>
        {
            ModelFormula formula;
            try
            {
                formula = ModelFormula.Parse($"y ~ {sum} + ({effects} | id) + offset(e)");
            }
            catch (FormulaException)
            {
                return true; // 1 and 0 have no meaning in a product, and an effect may be missing
            }

            var canonical = ModelFormula.Parse(formula.Canonical);
            return canonical.Canonical == formula.Canonical
                && Spelled(canonical.FixedTerms) == Spelled(formula.FixedTerms)
                && Spelled(canonical.RandomTerms[0].Terms) == Spelled(formula.RandomTerms[0].Terms);
        },
        iter: 20_000);

    private static string Spelled(TermList list) =>
        $"{list.HasIntercept}: {string.Join(", ", list.Terms)}; {string.Join(", ", list.Offsets)}";
}
