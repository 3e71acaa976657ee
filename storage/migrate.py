"""stopgap"""

from sqlalchemy.ext.asyncio import create_async_engine
from storage.database import parse_url
from storage.tables import metadata


async def upgrade(url: str) -> None:
    parsed = parse_url(url)
    engine = create_async_engine(
        parsed.set(drivername={"sqlite": "sqlite+aiosqlite"}.get(parsed.drivername, "postgresql+asyncpg"))
    )
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
