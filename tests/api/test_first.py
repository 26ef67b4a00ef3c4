async def test_me(api):
    assert await api.data("{me{subject roles}}") == {"me": {"subject": "test-cfo", "roles": ["CFO"]}}
