using System.Text;
using DuckDB.NET.Native;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Copies a table into an engine, as a temporary table of that session.</summary>
internal static unsafe class TableLoader
{
    private const string Date = "DATE";
    private const string Time = "TIMESTAMP";
    private const long MicrosecondsPerSecond = 1_000_000;

    /// <exception cref="DuckDbFailure">The engine refuses.</exception>
    public static void Load(DuckDbSession session, string name, ColumnTable table)
    {
        string[] sqlTypes = [.. table.Columns.Select(SqlType)];
        IEnumerable<string> columns =
            table.Columns.Zip(sqlTypes, static (column, type) => $"{SqlText.Name(column.Name)} {type}");
        session.Execute($"CREATE TEMP TABLE {SqlText.Name(name)} ({string.Join(", ", columns)})");
        Check(
            NativeMethods.Appender.DuckDBAppenderCreateExt(
                session.Connection, "temp", "main", name, out DuckDBAppender appender),
            appender);
        using (appender)
        {
            DuckDBLogicalType[] types = [.. table.Columns.Select((_, i) =>
                NativeMethods.Appender.DuckDBAppenderColumnType(appender, (ulong)i))];
            IntPtr[] handles = [.. types.Select(static type => type.DangerousGetHandle())];
            using DuckDBDataChunk chunk =
                NativeMethods.DataChunks.DuckDBCreateDataChunk(handles, (ulong)handles.Length);
            int most = (int)NativeMethods.Helpers.DuckDBVectorSize();
            for (int start = 0; start < table.RowCount; start += most)
            {
                NativeMethods.DataChunks.DuckDBDataChunkReset(chunk);
                int count = Math.Min(most, table.RowCount - start);
                for (int i = 0; i < table.Columns.Count; i++)
                {
                    IntPtr vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i);
                    Write(table.Columns[i], sqlTypes[i], start, count, vector);
                }

                NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)count);
                Check(NativeMethods.Appender.DuckDBAppendDataChunk(appender, chunk), appender);
            }

            Check(NativeMethods.Appender.DuckDBAppenderFlush(appender), appender);
            foreach (DuckDBLogicalType type in types) type.Dispose();
        }
    }

    private static string SqlType(TableColumn column) => column switch
    {
        DateColumn { Unit: DateUnit.Days } days when HoldsIntegers(days, 1, int.MaxValue) => Date,
        DateColumn { Unit: DateUnit.Seconds } times when HoldsIntegers(times, MicrosecondsPerSecond, 1L << 53) => Time,
        NumericColumn => "DOUBLE",
        BooleanColumn => "BOOLEAN",
        _ => "VARCHAR",
    };

    /// <summary>Whether the engine's dates hold the values as they are; else they go over as numbers.</summary>
    private static bool HoldsIntegers(DateColumn column, long scale, long most)
    {
        for (int row = 0; row < column.Length; row++)
        {
            double value = column[row];
            if (column.IsMissing(row)) continue;
            double steps = Math.Round(value * scale);
            if (!(Math.Abs(steps) < most) || steps / scale != value) return false;
        }

        return true;
    }

    private static void Write(TableColumn column, string sqlType, int start, int count, IntPtr vector)
    {
        WriteValidity(column, start, count, vector);
        void* data = NativeMethods.Vectors.DuckDBVectorGetData(vector);
        switch (column)
        {
            case DateColumn date when sqlType == Date:
                for (int i = 0; i < count; i++)
                    ((int*)data)[i] = date.IsMissing(start + i) ? 0 : (int)date[start + i];
                break;
            case DateColumn time when sqlType == Time:
                for (int i = 0; i < count; i++)
                {
                    ((long*)data)[i] = time.IsMissing(start + i)
                        ? 0
                        : (long)Math.Round(time[start + i] * MicrosecondsPerSecond);
                }

                break;
            case NumericColumn numbers:
                for (int i = 0; i < count; i++) ((double*)data)[i] = numbers[start + i];
                break;
            case BooleanColumn truths:
                for (int i = 0; i < count; i++) ((byte*)data)[i] = truths[start + i] == 1 ? (byte)1 : (byte)0;
                break;
            case TextColumn texts:
                WriteTexts(texts, start, count, vector);
                break;
        }
    }

    private static void WriteValidity(TableColumn column, int start, int count, IntPtr vector)
    {
        if (column.MissingCount == 0) return;
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        ulong* validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        for (int i = 0; i < count; i++)
        {
            ulong bit = 1UL << (i & 63);
            if (column.IsMissing(start + i))
                validity[i >> 6] &= ~bit;
            else
                validity[i >> 6] |= bit;
        }
    }

    private static void WriteTexts(TextColumn texts, int start, int count, IntPtr vector)
    {
        byte[] utf8 = new byte[256];
        for (int i = 0; i < count; i++)
        {
            if (texts[start + i] == TextColumn.MissingCode) continue;
            string text = texts.Texts[texts[start + i]];
            int most = Encoding.UTF8.GetMaxByteCount(text.Length);
            if (utf8.Length < most) utf8 = new byte[most];
            int length = Encoding.UTF8.GetBytes(text, utf8);
            fixed (byte* bytes = utf8)
            {
                NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(vector, (ulong)i, bytes, length);
            }
        }
    }

    private static void Check(DuckDBState state, DuckDBAppender appender)
    {
        if (state == DuckDBState.Success) return;
        using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(appender);
        throw new DuckDbFailure(NativeMethods.ErrorData.DuckDBErrorDataMessage(error));
    }
}
